import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CapstanError } from '@capstan/errors';

/** Makes a bare repository with one commit of `files` on `main`, unless it is there already. Returns its folder. */
export async function seedRepository(
  folder: string,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const path = join(folder, name);
  if (existsSync(join(path, 'HEAD'))) return path;
  // Made beside and moved into place: an end in between leaves no half of a repository.
  const made = `${path}.new`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  await git(made, ['init', '--quiet', '--bare', '--initial-branch=main', '.']);
  await git(made, ['fast-import', '--quiet'], commitStream(files));
  renameSync(made, path);
  return path;
}

function commitStream(files: Readonly<Record<string, string>>): string {
  const now = Math.floor(Date.now() / 1000);
  const message = 'One app in three environments\n';
  const head = `commit refs/heads/main\ncommitter Capstan <capstan@localhost> ${now} +0000\n${data(message)}`;
  return (
    head +
    Object.entries(files)
      .map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`)
      .join('')
  );
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

/** Runs git without the person's own settings: a template folder or a hook of theirs has no place in a seed. */
function git(directory: string, args: readonly string[], input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: directory,
      stdio: ['pipe', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        HOME: directory,
      },
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (cause) =>
      reject(new CapstanError('UP_FAILED', 'git could not be started; Capstan needs it installed', { cause })),
    );
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else
        reject(new CapstanError('UP_FAILED', `git ${args[0] ?? ''} ended with ${code ?? 'a signal'}: ${said.trim()}`));
    });
  });
}
