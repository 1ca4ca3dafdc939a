import type { SyncOperation } from '../application.ts';
import { statedSources, type OperationState } from '../operation/state.ts';
import { sameSources, sourcesOf, targetRevisions, type SourceSet } from '../source/source-set.ts';
import { evaluate, standingOf } from './evaluate.ts';
import { isOfOperation, type Evaluation, type Permit, type Run, type Standing } from './run.ts';

/** What Git wants at the operation's own revision, and how it stands: often what has been compared already. */
export async function standingAt(
  run: Run,
  permit: Permit,
  state: OperationState,
  sync: SyncOperation,
  standing: Standing,
): Promise<Standing> {
  const sources = syncedSources(run, state, sync);
  const targets = targetRevisions(sources);
  const revisions = wantedRevisions(sources, state, sync);
  const { manifests = [] } = sync;
  const known = standing.evaluation;
  const isSame =
    manifests.length === 0 &&
    !isOfOperation(known) &&
    sameSources(sources, known.sources) &&
    revisions.every(
      (revision, at) =>
        revision === known.revisions[at] || (known.error === undefined && revision === (targets[at] ?? '')),
    );
  if (isSame) return standing;
  const evaluation = await evaluate(run, permit, { sources, revisions, maxAgeMs: 0, manifests });
  return standingOf(run, permit, evaluation);
}

/** The sources that an operation syncs: those on record, those that it asks for, else those of the spec. */
export function syncedSources(run: Run, state: OperationState, sync: SyncOperation): SourceSet {
  for (const fields of [statedSources(state), sourcesOf(sync)]) if (fields.list.length > 0) return fields;
  return sourcesOf(run.application.spec);
}

/** The revisions that an operation syncs: those on record, those that it asks for, else the sources' own. */
function wantedRevisions(sources: SourceSet, state: OperationState, sync: SyncOperation): readonly string[] {
  const targets = targetRevisions(sources);
  const asked = sources.multiple ? (sync.revisions ?? []) : [sync.revision ?? ''];
  const wanted = (state.revisions ?? []).some((revision) => revision !== '') ? (state.revisions ?? []) : asked;
  // Fewer revisions than sources say nothing of any, as upstream.
  if (wanted.length !== targets.length) return targets;
  return targets.map((target, at) => {
    const revision = wanted[at] ?? '';
    return revision === '' ? target : revision;
  });
}

/** A state with what it syncs. An operation that names no sources prints the first of several as `source` too. */
export function withSources(
  run: Run,
  state: OperationState,
  { sources, revisions }: Pick<Evaluation, 'sources' | 'revisions'>,
): OperationState {
  const { sync } = state.operation;
  const isNamed = sync?.source !== undefined || (sync?.sources ?? []).length > 0;
  const first = isNamed ? undefined : sourcesOf(run.application.spec).list[0];
  const source = sources.multiple ? first : sources.list[0];
  return {
    ...state,
    ...(source === undefined ? {} : { source }),
    ...(sources.multiple ? { sources: sources.list } : {}),
    revisions,
  };
}
