import { createHash } from 'node:crypto';
import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import { MAX_FILE_BYTES, type RemoteAnswer } from '@capstan/tree';
import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { allowedAddress, type AllowsAddress } from './own-address.ts';

/** How files behind URLs are fetched. */
export interface HttpFilesOptions {
  /** Addresses that may be asked; every one that a name has must be. */
  readonly allowsAddress: AllowsAddress;
  /** Bytes of one file, at most. */
  readonly maxBytes?: number;
  /** Milliseconds that one file may take, redirections included. */
  readonly timeoutMs?: number;
}

const MAX_REDIRECTIONS = 10;
const DEFAULT_TIMEOUT_MS = 30_000;

type FileAnswer = Exclude<RemoteAnswer, { kind: 'repository' }>;

/** Files behind `http` and `https` URLs. Each hop's address is looked at before it is connected to, and connected to. */
export class HttpFiles {
  readonly #allows: AllowsAddress;
  readonly #maxBytes: number;
  readonly #timeoutMs: number;
  readonly #dispatcher: Dispatcher;

  constructor(options: HttpFilesOptions) {
    this.#allows = options.allowsAddress;
    this.#maxBytes = options.maxBytes ?? MAX_FILE_BYTES;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#dispatcher = isBehindProxy() ? new EnvHttpProxyAgent() : new Agent({ connect: { lookup: this.#lookup } });
  }

  /** What stands behind a URL. Whatever goes wrong is part of the answer. */
  async get(url: string, signal?: AbortSignal): Promise<FileAnswer> {
    const limit = AbortSignal.timeout(this.#timeoutMs);
    try {
      return await this.#follow(new URL(url), signal === undefined ? limit : AbortSignal.any([limit, signal]));
    } catch (error) {
      if (signal?.aborted === true) throw error;
      return { kind: 'failed', error: asFailure(error, limit, this.#timeoutMs) };
    }
  }

  /** Ends all connections. */
  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }

  async #follow(first: URL, signal: AbortSignal): Promise<FileAnswer> {
    let at = first;
    for (let hops = 0; hops <= MAX_REDIRECTIONS; hops++) {
      await allowedAddress(at.hostname, this.#allows);
      const { statusCode: status, headers, body } = await this.#ask(at, signal);
      const location = status >= 300 && status < 400 ? headers['location'] : undefined;
      if (typeof location !== 'string') {
        if (status >= 200 && status < 300) return await this.#content(body);
        await body.dump();
        return { kind: 'status', status };
      }
      await body.dump();
      at = new URL(location, at);
      if (at.protocol !== 'http:' && at.protocol !== 'https:')
        throw new CapstanError('REMOTE_FAILED', `the server leads on to ${at.protocol}//, which is not followed`);
    }
    throw new CapstanError('REMOTE_FAILED', `the server leads on more than ${MAX_REDIRECTIONS} times`);
  }

  #ask(url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { username, password } = url;
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const authorization = username === '' ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
    const plain = new URL(url);
    plain.username = '';
    plain.password = '';
    return request(plain, {
      dispatcher: this.#dispatcher,
      headers: { 'user-agent': 'capstan', accept: '*/*', ...authorization },
      signal,
    });
  }

  async #content(body: Dispatcher.ResponseData['body']): Promise<FileAnswer> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of body as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > this.#maxBytes)
        throw new CapstanError('TREE_LIMIT', `the file is larger than ${this.#maxBytes} bytes`);
      parts.push(part);
    }
    const bytes = new Uint8Array(Buffer.concat(parts));
    return { kind: 'file', bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
  }

  /** Looked up again for the connection, so that a name which leads elsewhere the second time is caught. */
  readonly #lookup = (
    host: string,
    options: { readonly all?: boolean | undefined },
    done: (error: Error | null, address: string | { address: string; family: number }[], family?: number) => void,
  ): void => {
    allowedAddress(host, this.#allows).then(
      (address) => {
        const family = address.includes(':') ? 6 : 4;
        if (options.all === true) done(null, [{ address, family }]);
        else done(null, address, family);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(messageOf(error)), '', 0),
    );
  };
}

function isBehindProxy(): boolean {
  const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
  return names.some((name) => (process.env[name] ?? '') !== '');
}

function asFailure(error: unknown, limit: AbortSignal, timeoutMs: number): CapstanError {
  if (isCapstanError(error)) return error;
  const why = limit.aborted ? `it did not end within ${timeoutMs / 1000} s` : messageOf(error);
  return new CapstanError('REMOTE_FAILED', `the file could not be fetched: ${why}`, { cause: error });
}
