import { askForJson, textIn, type CloudPorts, type Send } from '@capstan/cloud';
import { CapstanError } from '@capstan/errors';
import { notOpened, serviceKeyName, type ServiceKey } from './key-services.ts';

type VaultKey = Extract<ServiceKey, { readonly type: 'hc_vault' }>;

/**
 * A data key that the transit engine of Vault or OpenBao encrypted. The address stands in the encrypted file: the token is
 * sent there and nowhere else, no redirect is followed, and what is answered stands in no message. Throws
 * DECRYPT_NO_KEY, CLOUD_*.
 */
export async function openVault(
  key: VaultKey,
  token: string,
  send: Send,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const path = [...key.enginePath.split('/'), 'decrypt', key.keyName].filter((segment) => segment !== '');
  const url = vaultUrl(key.address, path);
  if (url === undefined) throw notOpened(key, 'its address or path is none of Vault');
  const request = {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', 'x-vault-token': token, ...FROM_API },
    body: JSON.stringify({ ciphertext: key.enc }),
  } as const;
  const what = serviceKeyName(key);
  const plaintext = textIn(what, await askForJson({ ...NO_PORTS, send }, what, request, signal), 'data', 'plaintext');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(plaintext)) throw notOpened(key, 'it answered no plaintext');
  return Buffer.from(plaintext, 'base64');
}

/** What Vault asks of programs, so that no page in a browser can ask it. */
const FROM_API = { 'x-vault-request': 'true' } as const;
/** Vault is asked for nothing but by its own send. */
const NO_PORTS: Omit<CloudPorts, 'send'> = {
  env: {},
  readFile: () => Promise.reject(new CapstanError('DECRYPT_NO_KEY', 'no file is read for Vault')),
  now: () => 0,
};

/** How somebody signs in to Vault with a token of a Kubernetes service account. */
export interface VaultLogin {
  readonly address: string;
  /** The path of an auth method's login: `auth/kubernetes/login`. */
  readonly loginPath: string;
  readonly role: string;
  readonly jwt: string;
}

/** Signs in to Vault; resolves with its token. Throws DECRYPT_NO_KEY, CLOUD_*. */
export async function vaultLogin(login: VaultLogin, send: Send, signal: AbortSignal | undefined): Promise<string> {
  const { address, loginPath, role, jwt } = login;
  const url = vaultUrl(
    address,
    loginPath.split('/').filter((segment) => segment !== ''),
  );
  const what = `failed to authenticate with Vault '${address}' at login path '${loginPath}' as role '${role}'`;
  if (url === undefined) throw new CapstanError('DECRYPT_NO_KEY', `${what}: its address or path is none of Vault`);
  const headers = { 'content-type': 'application/json', ...FROM_API };
  const request = { method: 'PUT', url, headers, body: JSON.stringify({ role, jwt }) } as const;
  return textIn(what, await askForJson({ ...NO_PORTS, send }, what, request, signal), 'auth', 'client_token');
}

function vaultUrl(address: string, path: readonly string[]): string | undefined {
  const base = URL.canParse(address) ? new URL(address) : undefined;
  const isPlain = base !== undefined && /^https?:$/.test(base.protocol) && base.username === '' && base.password === '';
  if (!isPlain || path.some((segment) => segment === '.' || segment === '..')) return undefined;
  return new URL(`/v1/${path.map(encodeURIComponent).join('/')}`, base).href;
}
