import { applyServerSide, deleteObject, isImmutableRefusal } from '@capstan/apply';
import { comparable } from '@capstan/diff';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { sleep } from '@capstan/kube';
import { deepEqual, formatRef, type KubernetesObject } from '@capstan/object';
import type { Clock } from '@capstan/kube';
import { KUSTOMIZE_CONTROLLER } from '../names.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { isCertainCreate } from './certain-create.ts';
import type { Entry } from './entries.ts';
import { isWrite, judge, type Judged, type PlannedWrite, type StageContext } from './judge.ts';
import { hasMark } from './marks.ts';
import type { PlannedObject } from './planned-object.ts';
import { applyMessage, dryRunMessage, unknownKindMessage, unplacedMessage } from './refusals.ts';

const CONCURRENT_DRY_RUNS = 4;
/** How often a write is planned anew because somebody else has written meanwhile. */
const MAX_CONFLICTS = 5;
/** How long an object that is recreated may take to go, finalizers and all. */
const GONE_TIMEOUT_MS = 60_000;
const GONE_LOOK_MS = 250;

/** A stage whose writes have all been tried, or the refusal that stops it with nothing of it written. */
export type Tried =
  | { readonly kind: 'ready'; readonly stage: readonly Judged[] }
  | { readonly kind: 'refused'; readonly message: string };

/** What became of a stage's writes: `refusal` tells of the one that ended them. */
export interface Written {
  readonly entries: readonly Entry[];
  readonly refusal?: string;
}

/** Dry-runs all that would change. What the server shows to be no change is dropped and remembered. */
export async function tryStage(stage: readonly Judged[], context: StageContext): Promise<Tried> {
  let refused: string | undefined;
  const tried = await inParallel(stage, CONCURRENT_DRY_RUNS, async (judged) => {
    if (refused !== undefined || !isWrite(judged)) return judged;
    const outcome = await dryRun(judged, context);
    if (typeof outcome !== 'string') return outcome;
    refused ??= outcome;
    return judged;
  });
  return refused === undefined ? { kind: 'ready', stage: tried } : { kind: 'refused', message: refused };
}

/** Writes a stage in order. The first refusal ends it. */
export async function writeStage(stage: readonly Judged[], context: StageContext, clock: Clock): Promise<Written> {
  const entries: Entry[] = [];
  for (const judged of stage) {
    const { item, action } = judged;
    if (!isWrite(judged)) {
      entries.push({ ref: item.ref, action });
      continue;
    }
    try {
      entries.push({ ref: item.ref, action: await write(judged, context, clock) });
    } catch (error) {
      if (context.signal.aborted || !isCapstanError(error)) throw error;
      return { entries, refusal: applyMessage(item.ref, error) };
    }
  }
  return { entries };
}

/** Whether a write need not be tried: it is certain to be taken, so that what follows it in its stage will be, too. */
function isCertain({ item, live }: PlannedWrite, { admission }: StageContext): boolean {
  return live === undefined && isCertainCreate(item.desired) && admission.isUpToValidation(item.ref.namespace);
}

/** The judgement after a dry-run, or the words of its refusal. */
async function dryRun(judged: PlannedWrite, context: StageContext): Promise<Judged | string> {
  const { item, live } = judged;
  if (item.rules === undefined) return unknownKindMessage(item.ref);
  if (item.rules.namespaced && item.ref.namespace === '') return unplacedMessage(item.ref);
  if (isCertain(judged, context)) return judged;
  try {
    const answer = await context.cluster.client.apply(item.desired, {
      fieldManager: KUSTOMIZE_CONTROLLER,
      force: true,
      dryRun: true,
      signal: context.signal,
      caller: context.caller,
    });
    if (live === undefined || judged.takeover !== undefined || !deepEqual(comparable(answer), comparable(live)))
      return judged;
    context.confirmations.learn(item.ref, item.desired, live);
    return { item, action: 'unchanged' };
  } catch (error) {
    if (context.signal.aborted || !isCapstanError(error)) throw error;
    if (live !== undefined && mayRecreate(item, live, context) && isImmutableRefusal(error))
      return { ...judged, recreate: true };
    return dryRunMessage(item.ref, error);
  }
}

async function write(planned: PlannedWrite, context: StageContext, clock: Clock): Promise<Entry['action']> {
  if (planned.recreate && planned.live !== undefined) await removeFirst(planned.live, planned.item, context, clock);
  let judged: Judged = planned.recreate ? { ...planned, live: undefined, takeover: undefined } : planned;
  for (let conflicts = 0; ; conflicts++) {
    if (!isWrite(judged)) return judged.action;
    try {
      await apply(judged, context);
      return planned.recreate ? 'created' : judged.action;
    } catch (error) {
      // A takeover is guarded by the version it was planned on: somebody has written meanwhile, status perhaps.
      if (!isMeanwhile(error, judged) || conflicts >= MAX_CONFLICTS) throw error;
      const { client } = context.cluster;
      const live = await client.find(planned.item.ref, { signal: context.signal, caller: context.caller });
      judged = judge(planned.item, live, context);
    }
  }
}

// The guard of a takeover is a `test` in a JSON patch, whose failure the server calls invalid, without a word on why.
function isMeanwhile(error: unknown, judged: PlannedWrite): boolean {
  if (isCapstanError(error, 'KUBE_CONFLICT')) return true;
  return judged.takeover !== undefined && isCapstanError(error) && error.data['status'] === 422;
}

async function apply(judged: PlannedWrite, context: StageContext): Promise<void> {
  const { item, live, takeover } = judged;
  const options = { manager: KUSTOMIZE_CONTROLLER, signal: context.signal, caller: context.caller };
  const outcome = await applyServerSide(context.cluster.client, item.desired, live, takeover, options);
  if (outcome.action === 'deleted' || outcome.action === 'left-alone') return;
  context.cluster.live.wrote(item.ref, outcome.object);
  context.confirmations.learn(item.ref, item.desired, outcome.object);
}

async function removeFirst(
  live: KubernetesObject,
  item: PlannedObject,
  context: StageContext,
  clock: Clock,
): Promise<void> {
  const { client, live: fresh } = context.cluster;
  const options = { signal: context.signal, caller: context.caller };
  await deleteObject(client, live, 'Background', { manager: KUSTOMIZE_CONTROLLER, ...options });
  fresh.removed(item.ref);
  const deadline = clock.monotonic() + GONE_TIMEOUT_MS;
  for (let left = await client.find(item.ref, options); left?.metadata['uid'] === live.metadata['uid'];) {
    if (clock.monotonic() > deadline)
      throw new CapstanError(
        'KUBE_TIMEOUT',
        `immutable field detected, failed to wait for object to be deleted: ${formatRef(item.ref)} is still there`,
      );
    await sleep(clock, GONE_LOOK_MS, context.signal);
    left = await client.find(item.ref, options);
  }
}

function mayRecreate(item: PlannedObject, live: KubernetesObject, context: StageContext): boolean {
  return context.force || hasMark(item.desired, 'force: enabled') || hasMark(live, 'force: enabled');
}
