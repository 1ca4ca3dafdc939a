import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ended, endsWithUs } from './target.ts';

const SSHD = '/usr/sbin/sshd';
const ASK_AGAIN_MS = 50;
const MAX_ASKED = 200;

/** Whether a server of OpenSSH may be started here. */
export const hasSshd = existsSync(SSHD);

/** A key pair, as OpenSSH writes it. */
export interface SshKey {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A server of OpenSSH on this machine, which lets in who has one key. */
export interface SshServer {
  /** The address of a repository by its path. */
  url(path: string): string;
  /** The line of `known_hosts` for it. */
  readonly knownHosts: string;
  close(): Promise<void>;
}

const run = promisify(execFile);

/** Makes a key pair in a folder. */
export async function makeSshKey(folder: string, name: string): Promise<SshKey> {
  const path = join(folder, name);
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'capstan-e2e', '-f', path]);
  const [privateKey, publicKey] = await Promise.all([readFile(path, 'utf8'), readFile(`${path}.pub`, 'utf8')]);
  return { privateKey, publicKey };
}

/** Starts a server that lets in who has `allowed`. */
export async function startSshServer(folder: string, allowed: SshKey): Promise<SshServer> {
  // Where it runs as root it wants an empty folder, which a system makes when it starts.
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true });
  const host = await makeSshKey(folder, 'host');
  const port = await freePort();
  await writeFile(join(folder, 'authorized'), allowed.publicKey);
  await writeFile(join(folder, 'sshd_config'), configurationOf(folder, port));
  const child = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
  endsWithUs(child);
  await untilItAnswers(port);
  const [type = '', blob = ''] = host.publicKey.split(' ');
  return {
    url: (path) => `ssh://${userInfo().username}@127.0.0.1:${port}${path}`,
    knownHosts: `[127.0.0.1]:${port} ${type} ${blob}\n`,
    close: () => ended(child, 'SIGTERM'),
  };
}

function configurationOf(folder: string, port: number): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized')}`,
    `PidFile ${join(folder, 'sshd.pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** A server says by nothing but an answer that it listens: it is asked until it gives one. */
async function untilItAnswers(port: number): Promise<void> {
  for (let asked = 0; ; asked++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (isThere) return;
    if (asked >= MAX_ASKED) throw new Error('the SSH server does not answer');
    await setTimeout(ASK_AGAIN_MS);
  }
}
