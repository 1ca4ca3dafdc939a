import { CapstanError } from '@capstan/errors';

/** How git talks to a server. `file` is for tests and for a local host that the operator allows. */
export type GitProtocol = 'http' | 'https' | 'ssh' | 'file';

/** A repository URL that may be given to git: no credentials in it, no options, one of the allowed protocols. */
export interface GitUrl {
  readonly protocol: GitProtocol;
  /** As git gets it. */
  readonly url: string;
  /** `scheme://host[:port]`, for configuration that is bound to a server; '' for ssh and file. */
  readonly origin: string;
  /** Where it leads; a file's URL leads nowhere. */
  readonly server?: { readonly host: string; readonly port: number };
  /** User and password that stood in the URL, if any. */
  readonly userinfo?: { readonly username: string; readonly password: string };
}

const SCP_LIKE = /^(?:([A-Za-z0-9._~-]+)@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):(?!\/\/)(.+)$/;
const MAX_URL = 2048;
const DEFAULT_PORTS = { http: 80, https: 443, ssh: 22 } as const;

/**
 * Reads a repository URL: `http`, `https`, `ssh`, `user@host:path`, and `file` where it is allowed. Throws
 * GIT_URL_INVALID for anything else: other transports (`ext::`), leading dashes, control characters, no path.
 */
export function parseGitUrl(text: string, allowed: readonly GitProtocol[]): GitUrl {
  const fault = /[\u0000-\u0020\u007f]/.test(text)
    ? 'holds a blank or a control character'
    : text.length > MAX_URL
      ? `is longer than ${MAX_URL} characters`
      : undefined;
  if (fault !== undefined) throw invalid(fault);
  const scp = text.includes('://') || text.includes('::') ? null : SCP_LIKE.exec(text);
  const parsed = scp === null ? parseUrl(text) : parseScp(scp);
  if (!allowed.includes(parsed.protocol)) throw invalid(`uses ${parsed.protocol}, which is not allowed here`);
  return parsed;
}

/** The server of a repository's URL, equal for equal servers however they are written; undefined for what has none. */
export function serverOf(text: string): string | undefined {
  const scp = text.includes('://') || text.includes('::') ? null : SCP_LIKE.exec(text);
  if (scp !== null) return `ssh://${(scp[2] ?? '').toLowerCase()}`;
  if (!URL.canParse(text)) return undefined;
  const { protocol, host } = new URL(text);
  return host === '' ? undefined : `${protocol}//${protocol === 'ssh:' ? host.replace(/:22$/, '') : host}`;
}

/** Whether credentials for one repository may be shown where another URL leads: to the same server, and it has none. */
export function sharesCredentials(own: string, other: string): boolean {
  const server = serverOf(other);
  if (server === undefined || serverOf(own) !== server) return false;
  return server.startsWith('ssh:') || !/^[a-z]+:\/\/[^/]*@/i.test(other);
}

function parseScp([, user = '', host = '', path = '']: RegExpExecArray): GitUrl {
  if (host.startsWith('-') || path.startsWith('-') || user.startsWith('-')) throw invalid('begins a part with a dash');
  return {
    protocol: 'ssh',
    url: `${user === '' ? '' : `${user}@`}${host}:${path}`,
    origin: '',
    server: { host, port: 22 },
  };
}

function parseUrl(text: string): GitUrl {
  if (!/^[a-z]+:\/\//i.test(text) || !URL.canParse(text)) throw invalid('is not a URL');
  const url = new URL(text);
  const protocol = url.protocol.slice(0, -1);
  if (protocol === 'file') {
    if (url.host !== '') throw invalid('names a host in a file URL');
    return { protocol, url: `file://${url.pathname}`, origin: '' };
  }
  if (protocol !== 'http' && protocol !== 'https' && protocol !== 'ssh')
    throw invalid(`uses ${protocol}, which is not allowed`);
  if (url.hostname === '' || decode(url.hostname).startsWith('-')) throw invalid('names no host');
  if (url.pathname === '' || url.pathname === '/') throw invalid('names no repository on its host');
  const username = decode(url.username);
  const password = decode(url.password);
  if (username.startsWith('-')) throw invalid('begins its user name with a dash');
  const user = protocol === 'ssh' && url.username !== '' ? `${url.username}@` : '';
  return {
    protocol,
    url: `${protocol}://${user}${url.host}${url.pathname}${url.search}`,
    origin: protocol === 'ssh' ? '' : `${protocol}://${url.host}`,
    server: { host: url.hostname, port: url.port === '' ? DEFAULT_PORTS[protocol] : Number(url.port) },
    ...(username !== '' || password !== '' ? { userinfo: { username, password } } : {}),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new CapstanError('GIT_URL_INVALID', 'the repository URL holds a broken percent escape', { cause });
  }
}

function invalid(why: string): CapstanError {
  return new CapstanError(
    'GIT_URL_INVALID',
    `the repository URL ${why}; give an http, https or ssh URL, or user@host:path`,
  );
}
