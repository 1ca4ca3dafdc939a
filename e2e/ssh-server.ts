import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SSHD = '/usr/sbin/sshd';

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

/** Starts a server that lets in who has `allowed`: a process of OpenSSH a connection, as inetd does. */
export async function startSshServer(folder: string, allowed: SshKey): Promise<SshServer> {
  // Where it runs as root it wants an empty folder, which a system makes when it starts.
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true });
  const host = await makeSshKey(folder, 'host');
  const configuration = join(folder, 'sshd_config');
  await writeFile(join(folder, 'authorized'), allowed.publicKey);
  await writeFile(configuration, configurationOf(folder));
  // The connection is the process's alone: nothing of it may be read here.
  const server = createServer({ pauseOnConnect: true }, (socket) => serve(socket, configuration));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const [type = '', blob = ''] = host.publicKey.split(' ');
  return {
    url: (path) => `ssh://${userInfo().username}@127.0.0.1:${port}${path}`,
    knownHosts: `[127.0.0.1]:${port} ${type} ${blob}\n`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function serve(socket: Socket, configuration: string): void {
  spawn(SSHD, ['-i', '-f', configuration], { stdio: [socket, socket, 'ignore'] });
  socket.destroy();
}

function configurationOf(folder: string): string {
  return [
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    '',
  ].join('\n');
}
