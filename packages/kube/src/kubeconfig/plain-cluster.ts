import { X509Certificate } from 'node:crypto';
import { CapstanError } from '@capstan/errors';
import { basicAuthorization, execAuth, staticAuth } from './cluster-auth.ts';
import type { ClusterAuth, ClusterConfig, ClusterTls } from './cluster-config.ts';
import { runExecPlugin } from './exec-credential.ts';

/** A cluster as its parts, whoever wrote them down. PEM texts. */
export interface PlainCluster {
  readonly server: string;
  /** Where this was written, for messages. */
  readonly where: string;
  readonly ca?: string;
  readonly serverName?: string;
  readonly insecure?: boolean;
  readonly bearerToken?: string;
  readonly username?: string;
  readonly password?: string;
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** A program that gives credentials: only where the operator lets others name programs. */
  readonly exec?: PlainExecPlugin;
  readonly proxyUrl?: string;
}

/** A program that gives credentials, as kubeconfigs name them. It never asks anybody. */
export interface PlainExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly installHint?: string;
  readonly provideClusterInfo: boolean;
}

/** The configuration of a cluster from its parts. Throws KUBECONFIG_INVALID, never with a secret. */
export function plainClusterConfig(plain: PlainCluster): ClusterConfig {
  const { where, proxyUrl } = plain;
  if (proxyUrl !== undefined) checkProxy(proxyUrl, where);
  return {
    server: serverOf(plain.server, where),
    context: where,
    namespace: 'default',
    tls: tlsOf(plain),
    auth: authOf(plain),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  };
}

/** The credentials among a cluster's parts, for a cluster that is reached otherwise. Throws KUBECONFIG_INVALID. */
export function plainClusterAuth(plain: PlainCluster): ClusterAuth {
  return authOf(plain);
}

function serverOf(server: string, where: string): string {
  const text = server.includes('://') ? server : `https://${server}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw invalid(where, 'its server is no http or https URL');
  if (url.username !== '' || url.password !== '') throw invalid(where, 'its server must not carry credentials');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function tlsOf({ ca, serverName, insecure = false, where }: PlainCluster): ClusterTls {
  if (insecure && ca !== undefined)
    throw invalid(where, 'specifying a root certificates file with the insecure flag is not allowed');
  if (ca !== undefined) checkCertificate(ca, 'its authority', where);
  return {
    insecure,
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function authOf(plain: PlainCluster): ClusterAuth {
  const { certificate, exec, bearerToken, username, password, where } = plain;
  if (certificate !== undefined) checkCertificate(certificate.cert, 'its client certificate', where);
  if (exec !== undefined) return execAuth((signal) => run(exec, plain, signal), {});
  if (bearerToken !== undefined && username !== undefined)
    throw invalid(where, 'username/password or bearer token may be set, but not both');
  const authorization =
    bearerToken !== undefined
      ? `Bearer ${bearerToken}`
      : username !== undefined
        ? basicAuthorization(username, password ?? '')
        : undefined;
  return staticAuth({ authorization, certificate });
}

function run(exec: PlainExecPlugin, plain: PlainCluster, signal: AbortSignal | undefined) {
  const { args, env, ...rest } = exec;
  const plugin = {
    ...rest,
    args: [...args],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
  };
  const { server, serverName, insecure, ca, proxyUrl } = plain;
  const info = {
    server,
    ...(serverName === undefined ? {} : { 'tls-server-name': serverName }),
    ...(insecure === true ? { 'insecure-skip-tls-verify': true } : {}),
    ...(ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
    ...(proxyUrl === undefined ? {} : { 'proxy-url': proxyUrl }),
  };
  return runExecPlugin(plugin, info, '/', signal);
}

function checkProxy(proxyUrl: string, where: string): void {
  const url = URL.canParse(proxyUrl) ? new URL(proxyUrl) : undefined;
  if (url === undefined) throw invalid(where, 'its proxy is no URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw invalid(where, `failed to parse proxy url, unsupported scheme "${url.protocol.slice(0, -1)}"`);
}

function checkCertificate(text: string, what: string, where: string): void {
  try {
    new X509Certificate(text);
  } catch (cause) {
    throw new CapstanError('KUBECONFIG_INVALID', `${where}: ${what} is no PEM certificate`, { cause });
  }
}

function invalid(where: string, why: string): CapstanError {
  return new CapstanError('KUBECONFIG_INVALID', `${where}: ${why}`);
}
