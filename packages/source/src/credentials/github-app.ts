import { createHash, createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { getPath, parseJson, type JsonValue } from '@capstan/object';
import type { Dispatcher } from 'undici';
import type { GitCredentials } from './git-credentials.ts';

/** A GitHub App that is installed for an organisation or a user. */
export type GitHubApp = NonNullable<GitCredentials['githubApp']>;

/** The API of github.com. */
const GITHUB_API = 'https://api.github.com';
/** A token is asked for anew so long before it ends. */
const MARGIN_MS = 5 * 60_000;
/** A proof of who the App is counts for so long; GitHub takes at most ten minutes. */
const PROOF_SECONDS = 540;
/** GitHub's clock may be behind ours. */
const SKEW_SECONDS = 60;
const TIMEOUT_MS = 15_000;
const MAX_ANSWER = 1024 * 1024;
const MAX_PAGES = 100;
const MAX_TOKENS = 1_000;
/** For so long it is remembered where an App is installed. */
const INSTALLATION_MS = 60 * 60_000;

interface Token {
  readonly text: string;
  readonly endsAt: number;
}

/** How GitHub is reached: by the repository's own proxy and certificates. */
type Way = Pick<GitCredentials, 'proxy' | 'noProxy' | 'tls'>;

/** Tokens of GitHub Apps' installations, each kept until shortly before it ends. Nothing of them is ever printed. */
export class GitHubAppTokens {
  readonly #now: () => number;
  readonly #tokens = new Map<string, Promise<Token>>();
  readonly #installations = new Map<string, { readonly id: string; readonly until: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A token for a repository of the App's. Throws GIT_AUTH_FAILED, GIT_UNREACHABLE, GIT_CREDENTIALS_INVALID. */
  async get(app: GitHubApp, repository: string, way: Way): Promise<string> {
    const key = keyOf(app, repository);
    const kept = await this.#tokens.get(key)?.catch(() => undefined);
    if (kept !== undefined && kept.endsAt - MARGIN_MS > this.#now()) return kept.text;
    const asked = this.#ask(app, repository, way);
    this.#tokens.delete(key);
    this.#tokens.set(key, asked);
    dropOldest(this.#tokens);
    asked.catch(() => {
      if (this.#tokens.get(key) === asked) this.#tokens.delete(key);
    });
    return (await asked).text;
  }

  /** A server does not take the token: the next one is asked for anew. */
  forget(app: GitHubApp, repository: string): void {
    this.#tokens.delete(keyOf(app, repository));
  }

  async #ask(app: GitHubApp, repository: string, way: Way): Promise<Token> {
    const proof = proofOf(app, this.#now());
    const base = (app.baseUrl ?? GITHUB_API).replace(/\/+$/, '');
    const installation = app.installationId ?? (await this.#installation(app, repository, way, base, proof));
    const path = `/app/installations/${encodeURIComponent(installation)}/access_tokens`;
    const { body } = await ask('POST', base, path, proof, way);
    const text = getPath(body, 'token');
    const ends = getPath(body, 'expires_at');
    const endsAt = typeof ends === 'string' ? Date.parse(ends) : NaN;
    if (typeof text !== 'string' || text === '' || Number.isNaN(endsAt))
      throw new CapstanError('GIT_AUTH_FAILED', `${base}${path} gave no token for the GitHub App ${app.appId}`);
    return { text, endsAt };
  }

  /** Where the App is installed for the owner of a repository. */
  async #installation(app: GitHubApp, repository: string, way: Way, base: string, proof: string): Promise<string> {
    const owner = app.owner?.toLowerCase() ?? ownerOf(repository);
    const key = keyOf(app, owner);
    const known = this.#installations.get(key);
    if (known !== undefined && known.until > this.#now()) return known.id;
    // As upstream's client, which knows an enterprise's API below this path.
    const api = base === GITHUB_API || /\/api\/v3$/.test(base) ? base : `${base}/api/v3`;
    let path = '/app/installations?per_page=100';
    for (let page = 0; page < MAX_PAGES && path !== ''; page++) {
      const { body, next } = await ask('GET', api, path, proof, way);
      for (const entry of Array.isArray(body) ? (body as readonly JsonValue[]) : []) {
        const login = getPath(entry, 'account', 'login');
        const id = getPath(entry, 'id');
        if (typeof login !== 'string' || login.toLowerCase() !== owner) continue;
        if (typeof id !== 'number' && typeof id !== 'bigint') continue;
        this.#installations.set(key, { id: String(id), until: this.#now() + INSTALLATION_MS });
        dropOldest(this.#installations);
        return String(id);
      }
      path = next ?? '';
    }
    throw new CapstanError('GIT_AUTH_FAILED', `the GitHub App ${app.appId} is not installed for ${owner}`);
  }
}

/** The owner of a repository: the first part of its path. Throws GIT_CREDENTIALS_INVALID. */
function ownerOf(repository: string): string {
  const path = URL.canParse(repository) ? new URL(repository).pathname : repository.replace(/^[^:]*:/, '');
  const [owner, name] = path.split('/').filter((part) => part !== '');
  if (owner !== undefined && name !== undefined) return owner.toLowerCase();
  throw new CapstanError(
    'GIT_CREDENTIALS_INVALID',
    'a GitHub App without an installation id needs a repository below an owner: https://HOST/OWNER/NAME',
  );
}

/** A JSON web token that proves who the App is. Throws GIT_CREDENTIALS_INVALID, without a word of the key. */
function proofOf(app: GitHubApp, now: number): string {
  const seconds = Math.floor(now / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iat: seconds - SKEW_SECONDS, exp: seconds + PROOF_SECONDS, iss: app.appId };
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  const signature = createSign('RSA-SHA256').update(signed).sign(keyObject(app.privateKey));
  return `${signed}.${signature.toString('base64url')}`;
}

function keyObject(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // What it holds is told to nobody.
  }
  throw new CapstanError('GIT_CREDENTIALS_INVALID', 'the GitHub App’s private key is no RSA key in PEM');
}

interface Answer {
  readonly body: JsonValue;
  /** Path of the next page. */
  readonly next: string | undefined;
}

async function ask(method: 'GET' | 'POST', base: string, path: string, proof: string, way: Way): Promise<Answer> {
  const url = `${base}${path}`;
  // Loaded when an App is there: it weighs 10 MiB.
  const { request } = await import('undici');
  const dispatcher = await dispatcherFor(base, way);
  try {
    const answer = await request(url, {
      method,
      dispatcher,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${proof}`,
        'user-agent': 'capstan',
      },
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 500)
      throw new CapstanError('GIT_UNREACHABLE', `${method} ${url}: HTTP ${answer.statusCode}`);
    // What it says may hold what was sent.
    if (answer.statusCode >= 300)
      throw new CapstanError('GIT_AUTH_FAILED', `${method} ${url}: HTTP ${answer.statusCode}`);
    return { body: parseJson(text), next: nextPage(answer.headers['link'], base) };
  } catch (error) {
    if (isCapstanError(error, 'GIT_UNREACHABLE', 'GIT_AUTH_FAILED')) throw error;
    throw new CapstanError('GIT_UNREACHABLE', `${method} ${url}: no answer that can be read`);
  } finally {
    await dispatcher.close().catch(() => undefined);
  }
}

async function dispatcherFor(base: string, { proxy, noProxy, tls }: Way): Promise<Dispatcher> {
  const { Agent, ProxyAgent } = await import('undici');
  const connect = {
    rejectUnauthorized: tls?.insecure !== true,
    timeout: TIMEOUT_MS,
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.certificate === undefined || tls.key === undefined ? {} : { cert: tls.certificate, key: tls.key }),
  };
  const options = { maxResponseSize: MAX_ANSWER };
  if (proxy === undefined || isDirect(new URL(base).hostname, noProxy)) return new Agent({ ...options, connect });
  return new ProxyAgent({ ...options, uri: proxy, requestTls: connect });
}

function isDirect(host: string, noProxy: string | undefined): boolean {
  return (noProxy ?? '')
    .split(',')
    .map((entry) => entry.trim().replace(/^\*?\./, ''))
    .some((entry) => entry === '*' || (entry !== '' && (host === entry || host.endsWith(`.${entry}`))));
}

/** The path of the page after this one. A page elsewhere is not followed. */
function nextPage(link: string | string[] | undefined, base: string): string | undefined {
  const text = Array.isArray(link) ? link.join(',') : (link ?? '');
  const next = /<([^>]*)>\s*;[^,]*rel="next"/.exec(text)?.[1];
  return next?.startsWith(`${base}/`) === true ? next.slice(base.length) : undefined;
}

function keyOf(app: GitHubApp, of: string): string {
  const { appId, installationId = '', owner = '', privateKey, baseUrl = '' } = app;
  const text = JSON.stringify([appId, installationId, owner, baseUrl, privateKey, of]);
  return createHash('sha256').update(text).digest('hex');
}

function dropOldest(map: Map<string, unknown>): void {
  if (map.size <= MAX_TOKENS) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
