import { applyServerSide, deleteObject, isImmutableRefusal } from '@capstan/apply';
import { comparable, planTakeover, predictServerSide, type PlannedTakeover, type Takeover } from '@capstan/diff';
import { CapstanError } from '@capstan/errors';
import { deepEqual, formatApiVersion, type KubernetesObject } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { Confirmations } from '../../runtime/confirmations.ts';
import { KUSTOMIZE_CONTROLLER, reason } from '../names.ts';
import type { Entry } from './entries.ts';
import { hasMark, isSkipped } from './marks.ts';
import type { PlannedObject } from './planned-object.ts';
import { dryRunMessage, StepError } from './step-error.ts';

/** What applying a stage needs. */
export interface StageContext {
  readonly cluster: Cluster;
  readonly confirmations: Confirmations;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** `spec.force`: recreate whatever cannot be updated. */
  readonly force: boolean;
  readonly caller: string;
}

/** How an object stands, and what is to be done about it. */
type Judged =
  | { readonly item: PlannedObject; readonly action: 'skipped' | 'unchanged' }
  | {
      readonly item: PlannedObject;
      readonly action: 'created' | 'configured';
      readonly live: KubernetesObject | undefined;
      readonly takeover: PlannedTakeover | undefined;
      readonly recreate: boolean;
    };

const CONCURRENT_DRY_RUNS = 4;

/** Which managers kustomize-controller takes fields from, and which annotations of old it removes. */
const takeover: Takeover = {
  manager: KUSTOMIZE_CONTROLLER,
  from: [
    { prefix: 'kubectl', operation: 'Apply' },
    { prefix: 'kubectl', operation: 'Update' },
    { prefix: 'before-first-apply', operation: 'Update' },
    { prefix: KUSTOMIZE_CONTROLLER, operation: 'Update' },
  ],
  dropAnnotations: [
    'kubectl.kubernetes.io/last-applied-configuration',
    'kustomize.toolkit.fluxcd.io/checksum',
    'fluxcd.io/sync-checksum',
  ],
  dropLabels: ['fluxcd.io/sync-gc-mark'],
};

/** Compares the objects of a stage from the cache alone: what would change, with no request for what would not. */
export async function judgeStage(items: readonly PlannedObject[], context: StageContext): Promise<readonly Judged[]> {
  return Promise.all(items.map((item) => judge(item, context)));
}

/** Whether a judged stage has anything to write. */
export function hasChanges(judged: readonly Judged[]): boolean {
  return judged.some((entry) => entry.action === 'created' || entry.action === 'configured');
}

/**
 * Applies a judged stage: all that would change is dry-run first, and one refusal stops the stage with nothing of it
 * written; then the objects are written in order. Throws StepError.
 */
export async function writeStage(judged: readonly Judged[], context: StageContext): Promise<readonly Entry[]> {
  const tried = await inParallel(judged, CONCURRENT_DRY_RUNS, (entry) => dryRun(entry, context));
  const entries: Entry[] = [];
  for (const entry of tried) entries.push(await write(entry, context));
  return entries;
}

async function judge(item: PlannedObject, context: StageContext): Promise<Judged> {
  const live = await context.cluster.live.get(item.ref, context.signal);
  if (isSkipped(item.desired, live)) return { item, action: 'skipped' };
  const keep = [item.desired, live].some((object) => hasMark(object, 'ssa: Merge'));
  if (
    live !== undefined &&
    context.confirmations.holds(item.ref, item.desired, live) &&
    (keep || planTakeover(live, takeover) === undefined)
  )
    return { item, action: 'unchanged' };
  const prediction = predictServerSide(item.desired, live, {
    manager: KUSTOMIZE_CONTROLLER,
    types: item.rules?.types,
    isCustom: item.rules?.merge === undefined,
    hasStatus: item.rules?.hasStatus ?? false,
    now: new Date(context.now()),
    ...(keep ? {} : { takeover }),
  });
  switch (prediction.verdict) {
    case 'create':
      return { item, action: 'created', live, takeover: undefined, recreate: false };
    case 'unchanged':
      return { item, action: 'unchanged' };
    case 'update':
    case 'unconfirmed':
      return { item, action: 'configured', live, takeover: prediction.takeover, recreate: false };
  }
}

async function dryRun(judged: Judged, context: StageContext): Promise<Judged> {
  if (judged.action !== 'created' && judged.action !== 'configured') return judged;
  const { item, live } = judged;
  if (item.rules === undefined) {
    const { kind, group, version } = item.ref;
    throw new StepError(
      reason.reconciliationFailed,
      `${dryRunSubject(item)} dry-run failed: no matches for kind "${kind}" in version "${formatApiVersion(group, version)}"`,
    );
  }
  try {
    const answer = await context.cluster.client.apply(item.desired, {
      fieldManager: KUSTOMIZE_CONTROLLER,
      force: true,
      dryRun: true,
      signal: context.signal,
      caller: context.caller,
    });
    if (live !== undefined && judged.takeover === undefined && deepEqual(comparable(answer), comparable(live))) {
      context.confirmations.learn(item.ref, item.desired, live);
      return { item, action: 'unchanged' };
    }
    return judged;
  } catch (error) {
    if (context.signal.aborted) throw error;
    if (live !== undefined && mayRecreate(item, live, context) && isImmutableRefusal(error))
      return { ...judged, recreate: true };
    throw new StepError(reason.reconciliationFailed, dryRunMessage(item.ref, error), error);
  }
}

async function write(judged: Judged, context: StageContext): Promise<Entry> {
  const { item, action } = judged;
  if (action !== 'created' && action !== 'configured') return { ref: item.ref, action };
  const options = { manager: KUSTOMIZE_CONTROLLER, signal: context.signal, caller: context.caller };
  const { client, live: fresh } = context.cluster;
  try {
    if (judged.recreate && judged.live !== undefined) {
      await deleteObject(client, judged.live, 'Background', options);
      fresh.removed(item.ref);
    }
    const live = judged.recreate ? undefined : judged.live;
    const outcome = await applyServerSide(client, item.desired, live, judged.takeover, options);
    if (outcome.action !== 'deleted' && outcome.action !== 'left-alone') {
      fresh.wrote(item.ref, outcome.object);
      context.confirmations.learn(item.ref, item.desired, outcome.object);
    }
    return { ref: item.ref, action: judged.recreate ? 'created' : action };
  } catch (error) {
    if (context.signal.aborted) throw error;
    const words = error instanceof CapstanError ? error.message : String(error);
    throw new StepError(reason.reconciliationFailed, `${dryRunSubject(item)} apply failed: ${words}`, error);
  }
}

function mayRecreate(item: PlannedObject, live: KubernetesObject, context: StageContext): boolean {
  return context.force || hasMark(item.desired, 'force: enabled') || hasMark(live, 'force: enabled');
}

function dryRunSubject(item: PlannedObject): string {
  const { kind, namespace, name } = item.ref;
  return namespace === '' ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** Maps in order, with at most `width` under way; the first failure is thrown when those under way have ended. */
async function inParallel<In, Out>(
  items: readonly In[],
  width: number,
  run: (item: In) => Promise<Out>,
): Promise<readonly Out[]> {
  const results: Out[] = new Array<Out>(items.length);
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      const item = items[index];
      if (item === undefined) continue;
      try {
        results[index] = await run(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
