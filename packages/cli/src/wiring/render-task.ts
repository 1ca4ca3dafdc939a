import type { HeadStart } from '@capstan/pool';
import type { RenderRequest } from '@capstan/render';
import type { SentRemotes } from './known-remotes.ts';

/** What a render worker is asked: the tree by its digest, and what to make of it. */
export interface RenderTask {
  readonly digest: string;
  readonly request: RenderRequest;
  /** What it will read first. */
  readonly start?: HeadStart;
  /** What is known of what lies elsewhere; nothing may be got from there when it is absent. */
  readonly remotes?: SentRemotes;
}

/** Reads a task as it came over the wire; undefined where it is none. The parent is trusted for the rest of it. */
export function renderTask(input: unknown): RenderTask | undefined {
  if (typeof input !== 'object' || input === null || !('digest' in input) || !('request' in input)) return undefined;
  const { digest, request } = input;
  if (typeof digest !== 'string' || typeof request !== 'object' || request === null || !('engine' in request))
    return undefined;
  const start = 'start' in input ? input.start : undefined;
  const told = typeof start === 'object' && start !== null ? { start: start as HeadStart } : {};
  const task = { digest, request: request as RenderRequest, ...told };
  const remotes = 'remotes' in input ? input.remotes : undefined;
  return typeof remotes === 'object' && remotes !== null ? { ...task, remotes: remotes as SentRemotes } : task;
}
