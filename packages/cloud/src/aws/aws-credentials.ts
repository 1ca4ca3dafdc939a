import { CapstanError } from '@capstan/errors';
import { getPath, type JsonValue } from '@capstan/object';
import { askForJson, askForText, textIn } from '../ask-service.ts';
import type { CloudPorts } from '../cloud-ports.ts';
import { assumeRoleWithWebIdentity } from './assume-role.ts';

/** Keys that sign requests to AWS. Nothing of them but `accessKeyId` may be told. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since 1970; infinite for keys that do not end. */
  readonly expiresAt: number;
}

const METADATA = 'http://169.254.169.254';
/** Where EKS and ECS give a pod its credentials; AWS's own SDKs take no others over plain HTTP. */
const containerHosts: ReadonlySet<string> = new Set([
  '127.0.0.1',
  'localhost',
  '[::1]',
  '169.254.170.2',
  '169.254.170.23',
  '[fd00:ec2::23]',
]);

/**
 * The credentials of this process, as AWS's SDKs find them: of the environment, of a role for its own service account
 * (IRSA), of its container (EKS Pod Identity, ECS), of its machine. Profiles in files are not read. Throws
 * CLOUD_IDENTITY_INVALID, CLOUD_UNREACHABLE, CLOUD_REFUSED.
 */
export async function ambientAwsCredentials(
  ports: CloudPorts,
  region: string,
  signal?: AbortSignal,
): Promise<AwsCredentials> {
  const { env } = ports;
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] ?? '';
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] ?? '';
  if (accessKeyId !== '' && secretAccessKey !== '') {
    const sessionToken = env['AWS_SESSION_TOKEN'] ?? '';
    const expiresAt = Number.POSITIVE_INFINITY;
    return { accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }), expiresAt };
  }
  const tokenFile = env['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '';
  const roleArn = env['AWS_ROLE_ARN'] ?? '';
  if (tokenFile !== '' && roleArn !== '') {
    const token = (await ports.readFile(tokenFile)).trim();
    const sessionName = env['AWS_ROLE_SESSION_NAME'] ?? 'capstan';
    return assumeRoleWithWebIdentity(ports, { region, roleArn, sessionName, token }, signal);
  }
  const container = containerUrl(env);
  if (container !== undefined) return containerCredentials(ports, container, signal);
  return machineCredentials(ports, signal);
}

function containerUrl(env: CloudPorts['env']): string | undefined {
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] ?? '';
  if (relative !== '') return `http://169.254.170.2${relative}`;
  const full = env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '';
  if (full === '') return undefined;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && containerHosts.has(url.hostname))) return full;
  throw new CapstanError(
    'CLOUD_IDENTITY_INVALID',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor a host that containers have',
  );
}

async function containerCredentials(ports: CloudPorts, url: string, signal?: AbortSignal): Promise<AwsCredentials> {
  const file = ports.env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? '';
  const authorization =
    file === '' ? (ports.env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '') : (await ports.readFile(file)).trim();
  const what = 'the container’s AWS credentials';
  const headers: Record<string, string> = authorization === '' ? {} : { authorization };
  return credentialsIn(what, await askForJson(ports, what, { method: 'GET', url, headers }, signal));
}

async function machineCredentials(ports: CloudPorts, signal?: AbortSignal): Promise<AwsCredentials> {
  if (ports.env['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true')
    throw new CapstanError('CLOUD_IDENTITY_INVALID', 'this process has no AWS credentials');
  const base = (ports.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? METADATA).replace(/\/+$/, '');
  const what = 'the machine’s AWS credentials';
  const ttl = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
  const token = await askForText(ports, what, { method: 'PUT', url: `${base}/latest/api/token`, headers: ttl }, signal);
  const headers = { 'x-aws-ec2-metadata-token': token };
  const roles = `${base}/latest/meta-data/iam/security-credentials/`;
  const [role = ''] = (await askForText(ports, what, { method: 'GET', url: roles, headers }, signal)).split('\n');
  const url = `${roles}${encodeURIComponent(role.trim())}`;
  return credentialsIn(what, await askForJson(ports, what, { method: 'GET', url, headers }, signal));
}

function credentialsIn(what: string, answer: JsonValue): AwsCredentials {
  const expiresAt = Date.parse(textIn(what, answer, 'Expiration'));
  if (Number.isNaN(expiresAt)) throw new CapstanError('CLOUD_REFUSED', `${what}: they do not say when they end`);
  const sessionToken = getPath(answer, 'Token');
  return {
    accessKeyId: textIn(what, answer, 'AccessKeyId'),
    secretAccessKey: textIn(what, answer, 'SecretAccessKey'),
    ...(typeof sessionToken === 'string' ? { sessionToken } : {}),
    expiresAt,
  };
}
