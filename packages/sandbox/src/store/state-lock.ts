import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CapstanError } from '@capstan/errors';

/** How often a stale lock is taken over before giving up. */
const ATTEMPTS = 3;

/**
 * Takes the state folder for this process, by a lock file that names its process id; a lock left by a process that
 * is gone is taken over. Returns the function that gives it back.
 * @throws CapstanError SANDBOX_STATE_LOCKED
 */
export function lockState(stateDir: string): () => void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const path = join(stateDir, 'lock');
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (tryLock(path)) return () => rmSync(path, { force: true });
    const owner = readOwner(path);
    if (owner !== undefined && isAlive(owner)) {
      throw new CapstanError(
        'SANDBOX_STATE_LOCKED',
        `${stateDir} is in use by process ${owner}; stop it or choose another state folder`,
        { data: { folder: stateDir, process: owner } },
      );
    }
    rmSync(path, { force: true });
  }
  throw new CapstanError('SANDBOX_STATE_LOCKED', `${stateDir} is being taken by another process; try again`);
}

function tryLock(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  writeSync(file, `${process.pid} ${startOf(process.pid)}\n`);
  closeSync(file);
  return true;
}

/** The live owner's process id. A process of the same id that started at another time is someone else. */
function readOwner(path: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const [id = '', start = ''] = text.trim().split(' ');
  const owner = Number(id);
  if (!Number.isInteger(owner) || owner <= 0) return undefined;
  return startOf(owner) === start ? owner : undefined;
}

/** When a process started, as Linux counts it; empty where that cannot be known, so that only the id decides. */
function startOf(id: number): string {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
