import { CapstanError } from '@capstan/errors';
import { askForText, form } from '../ask-service.ts';
import type { CloudPorts } from '../cloud-ports.ts';
import type { AwsCredentials } from './aws-credentials.ts';
import { awsEndpoint } from './aws-endpoint.ts';
import { signAwsRequest } from './sign-request.ts';

const VERSION = '2011-06-15';

/** A role that is taken with a token of Kubernetes. */
export interface WebIdentity {
  readonly region: string;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly token: string;
}

/** Takes a role with a service account's token. Throws CLOUD_REFUSED, CLOUD_UNREACHABLE. */
export async function assumeRoleWithWebIdentity(
  ports: CloudPorts,
  { region, roleArn, sessionName, token }: WebIdentity,
  signal?: AbortSignal,
): Promise<AwsCredentials> {
  const what = `AWS STS AssumeRoleWithWebIdentity for ${roleArn}`;
  const request = form({
    Action: 'AssumeRoleWithWebIdentity',
    Version: VERSION,
    RoleArn: roleArn,
    RoleSessionName: sessionName.slice(0, 64),
    WebIdentityToken: token,
  });
  const url = `${awsEndpoint(ports, 'sts', region)}/`;
  return credentialsOf(what, await askForText(ports, what, { method: 'POST', url, ...request }, signal));
}

/** Takes a role with credentials that may take it. Throws CLOUD_REFUSED, CLOUD_UNREACHABLE. */
export async function assumeRole(
  ports: CloudPorts,
  role: { readonly region: string; readonly roleArn: string; readonly sessionName: string },
  credentials: AwsCredentials,
  signal?: AbortSignal,
): Promise<AwsCredentials> {
  const what = `AWS STS AssumeRole for ${role.roleArn}`;
  const request = form({
    Action: 'AssumeRole',
    Version: VERSION,
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName.slice(0, 64),
  });
  const url = `${awsEndpoint(ports, 'sts', role.region)}/`;
  const signed = await signAwsRequest(
    ports,
    { method: 'POST', url, ...request },
    {
      service: 'sts',
      region: role.region,
      credentials,
    },
  );
  return credentialsOf(what, await askForText(ports, what, signed, signal));
}

/** The credentials of an answer, which STS gives as XML of a fixed form. */
function credentialsOf(what: string, xml: string): AwsCredentials {
  const field = (name: string): string => {
    const from = xml.indexOf(`<${name}>`);
    const to = xml.indexOf(`</${name}>`, from);
    if (from < 0 || to < 0) throw new CapstanError('CLOUD_REFUSED', `${what}: the answer has no ${name}`);
    return xml.slice(from + name.length + 2, to).trim();
  };
  const expiresAt = Date.parse(field('Expiration'));
  if (Number.isNaN(expiresAt)) throw new CapstanError('CLOUD_REFUSED', `${what}: the answer has no Expiration`);
  return {
    accessKeyId: field('AccessKeyId'),
    secretAccessKey: field('SecretAccessKey'),
    sessionToken: field('SessionToken'),
    expiresAt,
  };
}
