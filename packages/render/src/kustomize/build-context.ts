import type { Budget } from './budget.ts';
import type { BuildFiles } from './files.ts';
import type { RenderLimits } from '../limits.ts';
import type { SchemaTable } from './schema.ts';
import type { Origin } from './resource.ts';

/** What stays the same through a build. */
export interface BuildContext {
  readonly files: BuildFiles;
  readonly limits: RenderLimits;
  readonly budget: Budget;
  /** The schema of strategic merges; the built-in one where no kustomization names another. */
  readonly schema: { table: SchemaTable | undefined };
  /** Whether files must lie in or below the folder of the kustomization that names them. */
  readonly rootOnly: boolean;
  /** The version in managed-by labels. */
  readonly version: string;
  /** `buildMetadata` of the kustomization that is built; it holds for all below it. */
  readonly buildMetadata: readonly string[];
}

/** Whether origins are to be kept. */
export function tracksOrigin(context: BuildContext): boolean {
  return context.buildMetadata.length > 0;
}

/** The origin of what a built-in generator or transformer of a kustomization makes. */
export function builtinOrigin(originPath: string, fileName: string, kind: string): Origin {
  const configuredIn = originPath === '' ? fileName : `${originPath}/${fileName}`;
  return { configuredIn, configuredBy: { apiVersion: 'builtin', kind } };
}

/** A path joined to an origin's path, as Go's filepath.Join does; `..` may lead out of it. */
export function joinOrigin(base: string, path: string): string {
  const parts = base === '' ? [] : base.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
