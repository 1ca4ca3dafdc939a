import type { JsonValue } from '@capstan/object';
import { plain, type ApplicationView } from '../application.ts';
import { statedSources, type OperationState } from '../operation/state.ts';
import { writtenRevisions, writtenSources } from '../source/source-set.ts';

const DEFAULT_LIMIT = 10;

/** The history with a sync that has succeeded at its end, cut to the Application's limit. */
export function withSync(application: ApplicationView, state: OperationState, now: string): JsonValue {
  const before = application.status.history ?? [];
  const last = before.at(-1);
  const sources = statedSources(state);
  const entry = {
    deployStartedAt: state.startedAt,
    deployedAt: now,
    id: last === undefined ? 0 : Number(last.id) + 1,
    ...(state.operation.initiatedBy === undefined ? {} : { initiatedBy: plain(state.operation.initiatedBy) }),
    ...writtenRevisions(sources, state.revisions ?? []),
    ...writtenSources(sources),
  };
  const limit = Number(application.spec.revisionHistoryLimit ?? DEFAULT_LIMIT);
  const all = [...before.map((item) => plain(item)), entry];
  return limit <= 0 ? [] : all.slice(-limit);
}

/** Whether a sync that has ended goes into the history: a whole one that has succeeded and was no trial. */
export function isRecorded(state: OperationState): boolean {
  const { sync } = state.operation;
  return state.phase === 'Succeeded' && sync?.dryRun !== true && (sync?.resources ?? []).length === 0;
}
