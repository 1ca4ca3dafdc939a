import { CapstanError } from '@capstan/errors';
import type { CloudPorts } from '../cloud-ports.ts';

/** Services of AWS that are asked. */
export type AwsService = 'eks' | 'kms' | 'sts';

/** The domains of AWS's partitions, by how their regions begin. */
const partitions: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^us-iso-/, 'c2s.ic.gov'],
  [/^us-isob-/, 'sc2s.sgov.gov'],
  [/^(us|eu)-isoe-/, 'cloud.adc-e.uk'],
  [/^us-isof-/, 'csp.hci.ic.gov'],
  [/^eusc-/, 'amazonaws.eu'],
];

/**
 * Where a service is in a region; `AWS_ENDPOINT_URL_KMS` and the like, and `AWS_ENDPOINT_URL`, say otherwise. A region
 * comes from content: what is none is refused before it becomes part of a host. Throws CLOUD_IDENTITY_INVALID.
 */
export function awsEndpoint({ env }: Pick<CloudPorts, 'env'>, service: AwsService, region: string): string {
  if (!/^[a-z]{2,5}(?:-[a-z]{1,16}){1,3}-\d{1,2}$/.test(region))
    throw new CapstanError('CLOUD_IDENTITY_INVALID', `${JSON.stringify(region.slice(0, 50))} is no region of AWS`);
  const ignored = env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true';
  const own = ignored ? undefined : (env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? env['AWS_ENDPOINT_URL']);
  if (own !== undefined && own !== '') return own.replace(/\/+$/, '');
  const [, domain = 'amazonaws.com'] = partitions.find(([begins]) => begins.test(region)) ?? [];
  return `https://${service}.${region}.${domain}`;
}
