import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CapstanError } from '@capstan/errors';
import { checkedLine, readLog } from './append-log.ts';

/** A chunk of a snapshot that is written at once, in lines; the event loop runs between chunks. */
const SNAPSHOT_CHUNK = 256;

/**
 * The files of a state folder. Generation N is `snapshot-N` (everything up to the start of log N; absent for the
 * first) and `log-N`. Compaction starts log N+1, writes snapshot N+1 beside it, then drops generation N.
 */
export interface StateContent {
  /** Lines of the newest whole snapshot. */
  readonly snapshot: readonly string[];
  /** Lines of the logs since, in order. */
  readonly log: readonly string[];
  /** The generation whose log takes the next append. */
  readonly generation: number;
}

/** The log file of a generation. */
export function logPath(stateDir: string, generation: number): string {
  return join(stateDir, `log-${String(generation).padStart(8, '0')}`);
}

function snapshotPath(stateDir: string, generation: number): string {
  return join(stateDir, `snapshot-${String(generation).padStart(8, '0')}`);
}

/**
 * Reads a state folder, cutting a torn tail off its last log.
 * @throws CapstanError SANDBOX_STATE_CORRUPT
 */
export function readState(stateDir: string): StateContent {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const names = readdirSync(stateDir);
  for (const name of names) if (name.endsWith('.partial')) rmSync(join(stateDir, name));
  const base = Math.max(0, ...generations(names, 'snapshot'));
  const snapshot = base === 0 ? [] : readWhole(snapshotPath(stateDir, base));
  const logs = generations(names, 'log')
    .filter((generation) => generation >= base)
    .sort((a, b) => a - b);
  const log: string[] = [];
  for (const [index, generation] of logs.entries()) {
    const path = logPath(stateDir, generation);
    const bytes = readFileSync(path);
    const content = readLog(bytes, path);
    if (content.wholeBytes < bytes.length) {
      if (index < logs.length - 1) throw damaged(path, content.wholeBytes);
      truncateSync(path, content.wholeBytes);
    }
    for (const line of content.payloads) log.push(line);
  }
  return { snapshot, log, generation: logs.at(-1) ?? Math.max(base, 1) };
}

/** Writes the snapshot of a generation, durably, then drops what it replaces. */
export async function writeSnapshot(stateDir: string, generation: number, lines: Iterable<string>): Promise<void> {
  const path = snapshotPath(stateDir, generation);
  const handle = await open(`${path}.partial`, 'w', 0o600);
  try {
    let chunk: Buffer[] = [];
    for (const line of lines) {
      chunk.push(checkedLine(line));
      if (chunk.length >= SNAPSHOT_CHUNK) {
        await handle.appendFile(Buffer.concat(chunk));
        chunk = [];
      }
    }
    await handle.appendFile(Buffer.concat(chunk));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.partial`, path);
  await syncFolder(stateDir);
  for (const name of readdirSync(stateDir)) {
    const [, kind = '', number = ''] = /^(snapshot|log)-(\d+)$/.exec(name) ?? [];
    if (kind !== '' && Number(number) < generation) rmSync(join(stateDir, name));
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function readWhole(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const content = readLog(bytes, path);
  if (content.wholeBytes < bytes.length) throw damaged(path, content.wholeBytes);
  return content.payloads;
}

function generations(names: readonly string[], kind: 'snapshot' | 'log'): readonly number[] {
  return names.flatMap((name) => {
    const [, found, number] = /^(snapshot|log)-(\d+)$/.exec(name) ?? [];
    return found === kind ? [Number(number)] : [];
  });
}

function damaged(path: string, offset: number): CapstanError {
  return new CapstanError('SANDBOX_STATE_CORRUPT', `${path} is damaged at byte ${offset}; restore it or start anew`, {
    data: { file: path, offset },
  });
}
