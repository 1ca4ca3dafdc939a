import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { CapstanError } from '@capstan/errors';
import { basicAuthorization, execAuth, readText, staticAuth, tokenFileAuth } from './cluster-auth.ts';
import type { ClientCertificate, ClusterAuth, ClusterConfig, ClusterTls, Impersonation } from './cluster-config.ts';
import { runExecPlugin, type ExecClusterInfo } from './exec-credential.ts';
import type { KubeconfigCluster, KubeconfigUser, ResolvedContext } from './kubeconfig.ts';

/** What a kubeconfig may make Capstan do. One from a Secret may do nothing: no files, no programs. */
export interface KubeconfigTrust {
  /** Read files that it names. */
  readonly files: boolean;
  /** Run the exec plugin that it names. */
  readonly exec: boolean;
  /** Leave the server's certificate unchecked when it says so. */
  readonly insecureTls: boolean;
}

/** For content that others wrote, such as a Secret that a resource refers to. */
export const untrustedKubeconfig: KubeconfigTrust = { files: false, exec: false, insecureTls: false };

/** For the file that the operator names on the command line, short of what only a flag of theirs allows. */
export const operatorKubeconfig: KubeconfigTrust = { files: true, exec: false, insecureTls: false };

interface Resolving {
  readonly trust: KubeconfigTrust;
  /** The folder of the kubeconfig, to which its paths are relative. */
  readonly directory: string;
  readonly where: string;
}

/** Makes a cluster's configuration of a context, reading the files that it names as far as that is allowed. */
export async function resolveCluster(context: ResolvedContext, resolving: Resolving): Promise<ClusterConfig> {
  const { cluster, user } = context;
  const tls = await tlsOf(cluster, resolving);
  const proxyUrl = cluster['proxy-url'] ?? '';
  return {
    server: serverUrl(cluster.server, resolving.where),
    context: context.name,
    namespace: context.namespace,
    tls,
    auth: await authOf(user, cluster, tls, resolving),
    ...(proxyUrl === '' ? {} : { proxyUrl }),
  };
}

function serverUrl(server: string, where: string): string {
  const text = server.includes('://') ? server : `https://${server}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new CapstanError('KUBECONFIG_INVALID', `${where}: the cluster's server is no http or https URL`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new CapstanError('KUBECONFIG_INVALID', `${where}: the cluster's server must not carry credentials`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

async function tlsOf(cluster: KubeconfigCluster, resolving: Resolving): Promise<ClusterTls> {
  const insecure = cluster['insecure-skip-tls-verify'] === true;
  if (insecure && !resolving.trust.insecureTls) throw forbidden(resolving, 'insecure-skip-tls-verify');
  const ca = await pem(
    cluster['certificate-authority-data'],
    cluster['certificate-authority'],
    'certificate-authority',
    resolving,
  );
  if (ca !== undefined) checkCertificate(ca, 'certificate-authority', resolving);
  const serverName = cluster['tls-server-name'] ?? '';
  return {
    insecure,
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === '' ? {} : { serverName }),
  };
}

async function authOf(
  user: KubeconfigUser,
  cluster: KubeconfigCluster,
  tls: ClusterTls,
  resolving: Resolving,
): Promise<ClusterAuth> {
  const impersonate = impersonationOf(user);
  if (user['auth-provider'] !== undefined && user['auth-provider'] !== null) {
    throw forbidden(resolving, 'auth-provider (Kubernetes has removed it; use exec)');
  }
  const certificate = await certificateOf(user, resolving);
  if (user.exec !== undefined && user.exec !== null) {
    if (!resolving.trust.exec) throw forbidden(resolving, `an exec plugin (${user.exec.command})`);
    const plugin = user.exec;
    const info = clusterInfo(cluster, tls);
    return execAuth((signal) => runExecPlugin(plugin, info, resolving.directory, signal), { impersonate });
  }
  const rest = { certificate, impersonate };
  const tokenFile = user.tokenFile ?? '';
  // As client-go: the file goes before the token that stands beside it.
  if (tokenFile !== '') return tokenFileAuth(allowedPath(tokenFile, 'tokenFile', resolving), rest);
  if ((user.token ?? '') !== '') return staticAuth({ ...rest, authorization: `Bearer ${user.token ?? ''}` });
  if ((user.username ?? '') !== '') {
    return staticAuth({ ...rest, authorization: basicAuthorization(user.username ?? '', user.password ?? '') });
  }
  return staticAuth(rest);
}

function clusterInfo(cluster: KubeconfigCluster, tls: ClusterTls): ExecClusterInfo {
  return {
    server: cluster.server,
    ...(tls.serverName === undefined ? {} : { 'tls-server-name': tls.serverName }),
    ...(tls.insecure ? { 'insecure-skip-tls-verify': true } : {}),
    ...(tls.ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(tls.ca).toString('base64') }),
    ...(cluster['proxy-url'] === undefined ? {} : { 'proxy-url': cluster['proxy-url'] }),
  };
}

async function certificateOf(user: KubeconfigUser, resolving: Resolving): Promise<ClientCertificate | undefined> {
  const cert = await pem(user['client-certificate-data'], user['client-certificate'], 'client-certificate', resolving);
  const key = await pem(user['client-key-data'], user['client-key'], 'client-key', resolving);
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new CapstanError('KUBECONFIG_INVALID', `${resolving.where}: client-certificate and client-key go together`);
  }
  checkCertificate(cert, 'client-certificate', resolving);
  return { cert, key };
}

/** A PEM text: from base64 data, which goes before a file of the same name. */
async function pem(
  data: string | undefined,
  file: string | undefined,
  what: string,
  resolving: Resolving,
): Promise<string | undefined> {
  if (data !== undefined && data !== '') return Buffer.from(data, 'base64').toString('utf8');
  if (file === undefined || file === '') return undefined;
  return readText(allowedPath(file, what, resolving), `${resolving.where}: ${what}`);
}

function allowedPath(path: string, what: string, resolving: Resolving): string {
  if (!resolving.trust.files) throw forbidden(resolving, `a file (${what})`);
  return resolve(resolving.directory, path);
}

function checkCertificate(text: string, what: string, resolving: Resolving): void {
  try {
    new X509Certificate(text);
  } catch (cause) {
    throw new CapstanError('KUBECONFIG_INVALID', `${resolving.where}: ${what} is no PEM certificate`, { cause });
  }
}

function impersonationOf(user: KubeconfigUser): Impersonation | undefined {
  if (user.as === undefined || user.as === '') return undefined;
  return {
    user: user.as,
    groups: user['as-groups'] ?? [],
    ...(user['as-uid'] === undefined ? {} : { uid: user['as-uid'] }),
    ...(user['as-user-extra'] === undefined || user['as-user-extra'] === null ? {} : { extra: user['as-user-extra'] }),
  };
}

function forbidden(resolving: Resolving, what: string): CapstanError {
  const text = `${resolving.where}: it asks for ${what}, which is not allowed here`;
  return new CapstanError('KUBECONFIG_FORBIDDEN', text);
}
