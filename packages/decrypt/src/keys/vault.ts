import { CapstanError, messageOf } from '@capstan/errors';
import { noKeyServices, serviceKeyName, type KeyServices, type ServiceKey } from './key-services.ts';

const TIMEOUT_MS = 10_000;
/** Longest answer that is read; a data key takes a few hundred bytes. */
const MAX_ANSWER_BYTES = 64 * 1024;

type VaultKey = Extract<ServiceKey, { readonly type: 'hc_vault' }>;

/**
 * Vault's and OpenBao's transit engines, with a token. The address stands in the encrypted file: the token is sent there
 * and nowhere else, no redirect is followed, and what is answered stands in no message. Other services are refused.
 */
export function vaultServices(token: string): KeyServices {
  return (key, signal) => (key.type === 'hc_vault' ? open(key, token, signal) : noKeyServices(key, signal));
}

async function open(key: VaultKey, token: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const answer = await ask(key, token, signal);
  const plaintext = textAt(textless(answer)?.['data'], 'plaintext');
  if (plaintext === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(plaintext))
    throw failed(key, 'it answered no plaintext');
  return Buffer.from(plaintext, 'base64');
}

async function ask(key: VaultKey, token: string, signal: AbortSignal | undefined): Promise<unknown> {
  const url = urlOf(key);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let text: string;
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/json', 'x-vault-token': token, 'x-vault-request': 'true' },
      body: JSON.stringify({ ciphertext: key.enc }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    if (!response.ok) throw failed(key, `it answered ${response.status}`);
    text = await bounded(response);
  } catch (error) {
    if (error instanceof CapstanError) throw error;
    throw failed(key, `it cannot be reached: ${messageOf(error)}`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw failed(key, 'it answered no JSON');
  }
}

function urlOf(key: VaultKey): URL {
  const base = URL.canParse(key.address) ? new URL(key.address) : undefined;
  if (
    base === undefined ||
    !['http:', 'https:'].includes(base.protocol) ||
    base.username !== '' ||
    base.password !== ''
  )
    throw failed(key, 'its address is no http or https URL');
  const segments = [...key.enginePath.split('/'), 'decrypt', key.keyName].filter((segment) => segment !== '');
  if (segments.some((segment) => segment === '.' || segment === '..')) throw failed(key, 'its path holds dots');
  return new URL(`/v1/${segments.map(encodeURIComponent).join('/')}`, base);
}

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > MAX_ANSWER_BYTES) throw new Error('its answer is too long');
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failed(key: VaultKey, why: string): CapstanError<'DECRYPT_NO_KEY'> {
  return new CapstanError('DECRYPT_NO_KEY', `${serviceKeyName(key)}: ${why}`);
}

function textless(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function textAt(value: unknown, key: string): string | undefined {
  const found = textless(value)?.[key];
  return typeof found === 'string' ? found : undefined;
}
