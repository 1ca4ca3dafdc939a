import type { RenderRequest } from '@capstan/render';

/** What a render worker is asked: the tree by its digest, and what to make of it. */
export interface RenderTask {
  readonly digest: string;
  readonly request: RenderRequest;
}

/** Reads a task as it came over the wire; undefined where it is none. The parent is trusted for the rest of it. */
export function renderTask(input: unknown): RenderTask | undefined {
  if (typeof input !== 'object' || input === null || !('digest' in input) || !('request' in input)) return undefined;
  const { digest, request } = input;
  if (typeof digest !== 'string' || typeof request !== 'object' || request === null || !('engine' in request))
    return undefined;
  return { digest, request: request as RenderRequest };
}
