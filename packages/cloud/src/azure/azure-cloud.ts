import { CapstanError } from '@capstan/errors';
import { getPath, parseJson } from '@capstan/object';
import type { CloudPorts } from '../cloud-ports.ts';

/** The scope of tokens for clusters of AKS. */
export const AKS_SCOPE = '6dae42f8-4368-4678-94ff-3960e28e3630/.default';
/** The scope of tokens for repositories of Azure DevOps. */
export const DEVOPS_SCOPE = '499b84ac-1321-427f-aa17-267ca6975798/.default';

/** Where the resources of an Azure cloud are managed, and for whom tokens for that are. */
export interface ResourceManager {
  readonly endpoint: string;
  readonly scope: string;
}

const PUBLIC: ResourceManager = {
  endpoint: 'https://management.azure.com',
  scope: 'https://management.core.windows.net/.default',
};
const CHINA: ResourceManager = {
  endpoint: 'https://management.chinacloudapi.cn',
  scope: 'https://management.core.chinacloudapi.cn/.default',
};
const GOVERNMENT: ResourceManager = {
  endpoint: 'https://management.usgovcloudapi.net',
  scope: 'https://management.core.usgovcloudapi.net/.default',
};

/** Azure's cloud, by the file or the sign-in server that the environment names. Throws CLOUD_IDENTITY_INVALID. */
export async function resourceManager(ports: CloudPorts): Promise<ResourceManager> {
  const file = ports.env['AZURE_ENVIRONMENT_FILEPATH'];
  const authority = ports.env['AZURE_AUTHORITY_HOST'] ?? '';
  if (file !== undefined) return fromFile(await ports.readFile(file));
  if (authority.includes('chinacloudapi.cn')) return CHINA;
  return authority.includes('microsoftonline.us') ? GOVERNMENT : PUBLIC;
}

function fromFile(text: string): ResourceManager {
  const environment = parseJson(text, { where: 'the file of AZURE_ENVIRONMENT_FILEPATH' });
  const endpoint = getPath(environment, 'resourceManagerEndpoint');
  const audience = getPath(environment, 'tokenAudience');
  if (typeof endpoint === 'string' && endpoint !== '' && typeof audience === 'string' && audience !== '')
    return { endpoint: endpoint.replace(/\/+$/, ''), scope: `${audience}/.default` };
  throw new CapstanError(
    'CLOUD_IDENTITY_INVALID',
    'resourceManagerEndpoint and tokenAudience must be set in the environment file',
  );
}
