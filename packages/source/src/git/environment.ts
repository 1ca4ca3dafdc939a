import { chmodSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { CapstanError } from '@capstan/errors';
import type { GitCredentials } from '../credentials/git-credentials.ts';
import type { GitProtocol, GitUrl } from './git-url.ts';

/** What every git process sees: no system or user configuration, no prompts, the C locale, only allowed protocols. */
export function baseEnvironment(home: string, protocols: readonly GitProtocol[]): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_NO_LAZY_FETCH: '1',
    ...operatorProxies(),
  };
}

/** What tells git, in the environment of another git process, about the repository that one is in. */
const OF_A_REPOSITORY =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE|COMMON_DIR|NAMESPACE|PREFIX|CONFIG_)/;

/** What git processes of a person's command line see: their own settings, keys and helpers; still no prompts. */
export function userEnvironment(protocols: readonly GitProtocol[]): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && !OF_A_REPOSITORY.test(name)) own[name] = value;
  return {
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    ...own,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
  };
}

/** The proxies that the operator set for this process; loopback is never behind one. */
function operatorProxies(): Record<string, string> {
  const proxies: Record<string, string> = {};
  for (const name of ['http_proxy', 'https_proxy', 'all_proxy']) {
    const value = process.env[name] ?? process.env[name.toUpperCase()];
    if (value !== undefined) proxies[name] = value;
  }
  if (Object.keys(proxies).length === 0) return proxies;
  const direct = process.env['no_proxy'] ?? process.env['NO_PROXY'] ?? '';
  return { ...proxies, no_proxy: [direct, '127.0.0.1', '::1', 'localhost'].filter((host) => host !== '').join(',') };
}

/** Settings of every process that talks to a server or unpacks what one sent. */
const FIXED_CONFIG: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['protocol.version', '2'],
  ['credential.helper', ''],
  ['fetch.recurseSubmodules', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['pack.threads', '2'],
  ['http.lowSpeedLimit', '100'],
  ['http.lowSpeedTime', '30'],
  ['transfer.credentialsInUrl', 'die'],
];

/** Answers git's question for a password from the environment; printf is built into the shell, so nothing is an argument. */
const HELPER =
  '!f() { test "$1" = get || exit 0; printf "username=%s\\npassword=%s\\n" "$CAPSTAN_GIT_USERNAME" "$CAPSTAN_GIT_PASSWORD"; }; f';

/** How a session is opened. */
export interface SessionOptions {
  readonly credentials?: GitCredentials | undefined;
  /** Whether the person's own helpers and keys are left in force. */
  readonly asUser?: boolean;
  /** The one address of the server that is connected to. */
  readonly pinned?: string;
}

/** The environment of processes that talk to one server as somebody, and what frees it. */
export interface SessionEnvironment {
  readonly environment: Readonly<Record<string, string>>;
  /** Removes the files with keys. */
  dispose(): void;
}

/**
 * Environment for one run against `url`. Secrets go into variables of that process and files of mode 0600 in a folder
 * of their own under `scratch`; a password is only ever offered to the host of the URL, never after a redirect elsewhere.
 * Throws GIT_CREDENTIALS_INVALID for values that git's protocols cannot carry.
 */
export function openSession(
  base: Readonly<Record<string, string>>,
  scratch: string,
  url: GitUrl,
  { credentials, asUser = false, pinned }: SessionOptions,
): SessionEnvironment {
  const session = new Session(scratch);
  try {
    const config = FIXED_CONFIG.filter(([key]) => !asUser || key !== 'credential.helper');
    if (url.protocol === 'http' || url.protocol === 'https') session.http(config, url, credentials, pinned);
    if (url.protocol === 'ssh' && (!asUser || credentials?.ssh !== undefined)) session.ssh(url, credentials, pinned);
    const numbered = config.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]);
    const environment = {
      ...base,
      ...session.variables,
      GIT_CONFIG_COUNT: String(config.length),
      ...(Object.fromEntries(numbered) as Record<string, string>),
    };
    return { environment, dispose: () => session.dispose() };
  } catch (error) {
    session.dispose();
    throw error;
  }
}

class Session {
  readonly variables: Record<string, string> = {};
  readonly #scratch: string;
  #folder: string | undefined;

  constructor(scratch: string) {
    this.#scratch = scratch;
  }

  http(
    config: (readonly [string, string])[],
    url: GitUrl,
    credentials: GitCredentials | undefined,
    pinned: string | undefined,
  ): void {
    const basic = credentials?.basic ?? url.userinfo;
    // A header that is sent unasked would go to wherever a redirect leads.
    const unasked = credentials?.bearerToken !== undefined || credentials?.basic?.preemptive === true;
    config.push(['http.followRedirects', unasked || pinned !== undefined ? 'false' : 'initial']);
    if (pinned !== undefined && url.server !== undefined) {
      const { host, port } = url.server;
      config.push(['http.curloptResolve', `${host}:${port}:${pinned.includes(':') ? `[${pinned}]` : pinned}`]);
    }
    if (credentials?.bearerToken !== undefined) {
      const token = oneLine(credentials.bearerToken.trim(), 'bearerToken');
      config.push([`http.${url.origin}/.extraHeader`, `Authorization: Bearer ${token}`]);
    } else if (credentials?.basic?.preemptive === true) {
      const { username, password } = credentials.basic;
      const pair = Buffer.from(`${oneLine(username, 'username')}:${oneLine(password, 'password')}`).toString('base64');
      config.push([`http.${url.origin}/.extraHeader`, `Authorization: Basic ${pair}`]);
    } else if (basic !== undefined) {
      this.variables['CAPSTAN_GIT_USERNAME'] = oneLine(basic.username, 'username');
      this.variables['CAPSTAN_GIT_PASSWORD'] = oneLine(basic.password, 'password');
      config.push([`credential.${url.origin}.helper`, HELPER]);
    }
    if (credentials?.proxy !== undefined) config.push(['http.proxy', oneLine(credentials.proxy, 'proxy')]);
    if (credentials?.noProxy !== undefined) this.variables['no_proxy'] = oneLine(credentials.noProxy, 'noProxy');
    const tls = credentials?.tls;
    if (tls?.insecure === true) config.push(['http.sslVerify', 'false']);
    else if (tls?.ca !== undefined) {
      config.push(['http.sslCAInfo', this.#file('ca.pem', [tls.ca.trimEnd(), ...rootCertificates].join('\n') + '\n')]);
    }
    if (tls?.certificate !== undefined && tls.key !== undefined) {
      config.push(
        ['http.sslCert', this.#file('tls.crt', tls.certificate)],
        ['http.sslKey', this.#file('tls.key', tls.key)],
      );
    }
  }

  ssh(url: GitUrl, credentials: GitCredentials | undefined, pinned: string | undefined): void {
    const ssh = credentials?.ssh;
    const { host, port } = url.server ?? {};
    // Known hosts go by the name that the URL has, as without an address.
    const name = port === 22 ? host : `[${host}]:${port}`;
    const alias = pinned === undefined || host === undefined ? [] : [`HostName=${pinned}`, `HostKeyAlias=${name}`];
    const options = [
      ...alias,
      'IdentitiesOnly=yes',
      'IdentityAgent=none',
      'ForwardAgent=no',
      'ClearAllForwardings=yes',
      'PermitLocalCommand=no',
      'PasswordAuthentication=no',
      'KbdInteractiveAuthentication=no',
      'ConnectTimeout=20',
      'ServerAliveInterval=15',
      'GlobalKnownHostsFile=/dev/null',
      'UpdateHostKeys=no',
      `BatchMode=${ssh?.password === undefined ? 'yes' : 'no'}`,
    ];
    if (credentials?.tls?.insecure === true) options.push('StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null');
    else {
      options.push(
        'StrictHostKeyChecking=yes',
        `UserKnownHostsFile=${this.#file('known_hosts', ssh?.knownHosts ?? '')}`,
      );
    }
    const identity = ssh === undefined ? '/dev/null' : this.#file('identity', `${ssh.privateKey.trimEnd()}\n`);
    const words = ['ssh', '-F', '/dev/null', '-i', identity, ...options.flatMap((option) => ['-o', option])];
    this.variables['GIT_SSH_COMMAND'] = words.map(quote).join(' ');
    this.variables['GIT_SSH_VARIANT'] = 'ssh';
    if (ssh?.password !== undefined) {
      this.variables['CAPSTAN_SSH_PASSPHRASE'] = oneLine(ssh.password, 'password');
      const script = this.#file('askpass', '#!/bin/sh\nprintf "%s\\n" "$CAPSTAN_SSH_PASSPHRASE"\n');
      chmodSync(script, 0o700);
      this.variables['SSH_ASKPASS'] = script;
      this.variables['SSH_ASKPASS_REQUIRE'] = 'force';
    }
  }

  dispose(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #file(name: string, content: string): string {
    if (this.#folder === undefined) {
      mkdirSync(this.#scratch, { recursive: true, mode: 0o700 });
      this.#folder = mkdtempSync(join(this.#scratch, 'session-'));
    }
    const path = join(this.#folder, name);
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
    return path;
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Line breaks and NULs would let a value add fields to git's credential protocol or headers to a request. */
function oneLine(value: string, field: string): string {
  if (!/[\r\n\0]/.test(value)) return value;
  throw new CapstanError('GIT_CREDENTIALS_INVALID', `the credentials' ${field} holds a line break or a NUL; remove it`);
}
