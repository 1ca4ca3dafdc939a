import { isCapstanError } from '@capstan/errors';
import { projectProblem, type ProjectProblem } from './project-problem.ts';
import { timesOf, type SyncWindow } from './window-times.ts';

const MAX_DESCRIPTION_BYTES = 255;

/** What is wrong with one sync window; undefined where nothing is. */
export function windowProblem(window: SyncWindow): ProjectProblem | undefined {
  const { kind = '', description = '' } = window;
  if (kind !== 'allow' && kind !== 'deny')
    return projectProblem('Unknown', `kind '${kind}' mismatch: can only be allow or deny`);
  try {
    timesOf(window);
  } catch (error) {
    if (!isCapstanError(error, 'SPEC_INVALID')) throw error;
    return projectProblem('Unknown', error.message);
  }
  if (new TextEncoder().encode(description).length > MAX_DESCRIPTION_BYTES)
    return projectProblem('Unknown', 'description must not exceed 255 characters');
  return undefined;
}

/** What is wrong with a project's windows: each must be readable, speak of something, and stand there once. */
export function windowsProblem(windows: readonly SyncWindow[]): ProjectProblem | undefined {
  const seen = new Set<string>();
  for (const window of windows) {
    const { kind = '', schedule = '', duration = '' } = window;
    const identity = identityOf(window);
    if (seen.has(identity))
      return projectProblem(
        'AlreadyExists',
        `sync window with kind '${kind}', schedule '${schedule}', and duration '${duration}' already exists`,
      );
    const problem = windowProblem(window);
    if (problem !== undefined) return problem;
    if (![window.applications, window.namespaces, window.clusters].some((list) => (list ?? []).length > 0))
      return projectProblem(
        'OutOfRange',
        `window '${kind}':'${schedule}':'${duration}' requires one of application, cluster or namespace`,
      );
    seen.add(identity);
  }
  return undefined;
}

// How a window behaves (manualSync, syncOverrun) and what it is called are no part of what it is.
function identityOf(window: SyncWindow): string {
  const { kind = '', schedule = '', duration = '', timeZone = '', andOperator = false } = window;
  const { applications = [], namespaces = [], clusters = [] } = window;
  return JSON.stringify([kind, schedule, duration, applications, namespaces, clusters, timeZone, andOperator]);
}
