import type { KubernetesObject } from '@capstan/object';
import type { GitCredentials } from './git-credentials.ts';
import { SecretData } from './secret-data.ts';

const APP_ID = 'githubAppID';

/**
 * What a GitRepository's `secretRef` holds, for its URL: for ssh `identity`, `known_hosts` and the key's `password`;
 * for http and https `bearerToken`, or `username` and `password`; `ca.crt` (before `caFile`), `tls.crt` and `tls.key`.
 * Throws GIT_CREDENTIALS_INVALID for what source-controller refuses too.
 */
export function fluxGitCredentials(secret: KubernetesObject, url: string): GitCredentials {
  const data = new SecretData(secret);
  if (/^ssh:\/\//i.test(url)) return sshCredentials(data);
  const bearerToken = data.get('bearerToken');
  const username = data.get('username');
  const password = data.get('password');
  if (bearerToken === undefined && username === undefined && password !== undefined)
    throw data.invalid("'password' requires 'username' to be set");
  const tls = tlsCredentials(data);
  if (data.get(APP_ID) !== undefined) return { githubApp: gitHubApp(data), ...(tls === undefined ? {} : { tls }) };
  return {
    ...(bearerToken === undefined ? {} : { bearerToken }),
    ...(bearerToken === undefined && username !== undefined ? { basic: { username, password: password ?? '' } } : {}),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** Whether a Secret holds a GitHub App. */
export function hasGitHubApp(secret: KubernetesObject): boolean {
  return new SecretData(secret).get(APP_ID) !== undefined;
}

function gitHubApp(data: SecretData): NonNullable<GitCredentials['githubApp']> {
  const appId = data.get(APP_ID) ?? '';
  const installationId = data.get('githubAppInstallationID');
  const owner = data.get('githubAppInstallationOwner');
  const privateKey = data.get('githubAppPrivateKey');
  const baseUrl = data.get('githubAppBaseURL');
  if (privateKey === undefined) throw data.invalid("key 'githubAppPrivateKey' not found");
  if (installationId === undefined && owner === undefined)
    throw data.invalid("one of keys 'githubAppInstallationID' and 'githubAppInstallationOwner' must be set");
  return {
    appId,
    privateKey,
    ...(installationId === undefined ? {} : { installationId }),
    ...(owner === undefined ? {} : { owner }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  };
}

function sshCredentials(data: SecretData): GitCredentials {
  const privateKey = data.get('identity');
  const knownHosts = data.get('known_hosts');
  const password = data.get('password');
  if (privateKey === undefined) throw data.invalid("'identity' is required for an ssh URL");
  if (knownHosts === undefined) throw data.invalid("'known_hosts' is required for an ssh URL");
  return { ssh: { privateKey, knownHosts, ...(password === undefined ? {} : { password }) } };
}

function tlsCredentials(data: SecretData): GitCredentials['tls'] {
  const ca = data.get('ca.crt', 'caFile');
  const certificate = data.get('tls.crt');
  const key = data.get('tls.key');
  if ((certificate === undefined) !== (key === undefined))
    throw data.invalid("'tls.crt' and 'tls.key' need each other");
  if (ca === undefined && certificate === undefined) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined || key === undefined ? {} : { certificate, key }),
  };
}

/** The proxy URL of a `proxySecretRef`: `address`, with `username` and `password` put in. */
export function fluxProxy(secret: KubernetesObject): string {
  const data = new SecretData(secret);
  const address = data.get('address');
  if (address === undefined) throw data.invalid("'address' is required for a proxy");
  if (!URL.canParse(address)) throw data.invalid("'address' is not a URL");
  const proxy = new URL(address);
  if (!['http:', 'https:', 'socks5:'].includes(proxy.protocol)) {
    throw data.invalid("'address' must be an http, https or socks5 URL");
  }
  proxy.username = encodeURIComponent(data.get('username') ?? '');
  proxy.password = encodeURIComponent(data.get('password') ?? '');
  return proxy.href;
}
