import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The real kustomize: what KUSTOMIZE names, or what the oracles' installer brought; undefined where there is none. */
export function findKustomize(): string | undefined {
  const named = process.env['KUSTOMIZE'];
  const folder = process.env['ORACLES'] ?? join(homedir(), '.cache', 'capstan-oracles');
  return [named, join(folder, 'kustomize')].find((path) => path !== undefined && existsSync(path));
}
