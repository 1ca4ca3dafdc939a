import { deleteObject, type WriteContext } from '@capstan/apply';
import { isCapstanError } from '@capstan/errors';
import { healthSeverity, type HealthCode } from '@capstan/health';
import type { KubeClient } from '@capstan/kube';
import { refKey, refOf, type KubernetesObject } from '@capstan/object';
import { generateName, type Target } from '../compare/targets.ts';
import { deletePolicies, isDeleteHook, type DeleteHookType } from '../hooks.ts';
import { REPLACE_MANAGER } from '../names.ts';
import { isObjectPermitted } from '../project/kinds.ts';
import { sourcesOf, targetRevisions } from '../source/source-set.ts';
import { claims, evaluate, watch } from './evaluate.ts';
import type { Permit, Run } from './run.ts';

// Hooks of an Application's deletion. Source: argoproj/argo-cd controller/hook.go.

/** How old what Git is known to have may be: a deletion does not ask for the newest commit. */
const MAX_AGE_MS = 180_000;

/** Where the hooks of one type are: through, under way, or why the deletion cannot go on. */
export type HooksOutcome =
  { readonly kind: 'completed' } | { readonly kind: 'waiting' } | { readonly kind: 'failed'; readonly message: string };

const completed: HooksOutcome = { kind: 'completed' };
const waiting: HooksOutcome = { kind: 'waiting' };

/**
 * Creates the hooks of a type that Git has and the cluster has not, and looks what has become of them. One that has
 * failed is deleted, so that it is tried again, perhaps as Git has it by then. Throws KUBE_*.
 */
export async function runDeleteHooks(run: Run, permit: Permit, type: DeleteHookType): Promise<HooksOutcome> {
  const sources = sourcesOf(run.application.spec);
  const wanted = { sources, revisions: targetRevisions(sources), maxAgeMs: MAX_AGE_MS };
  const { targets, error } = await evaluate(run, permit, wanted);
  if (targets === undefined) return { kind: 'failed', message: error?.message ?? 'its sources cannot be read' };
  await watch(run, permit.at, targets);
  const hooks = targets.deleteHooks.filter(({ object }) => isDeleteHook(object, type));
  const lives = new Map<string, KubernetesObject>();
  for (const live of await hooksOf(run, permit, type)) lives.set(refKey(refOf(live)), live);
  let hasCreated = false;
  for (const hook of hooks) {
    const live = await liveOf(run, permit, hook, [...lives.values()]);
    if (live === undefined) {
      await create(run, permit, hook);
      hasCreated = true;
      // Somebody else's object of this name is no hook of ours, and is left alone.
    } else if (isDeleteHook(live, type)) lives.set(refKey(refOf(live)), live);
  }
  if (hasCreated) return waiting;
  return judge(run, permit, type, [...lives.values()]);
}

/**
 * Takes away the hooks of a type, as their policies ask for; the others stay. Throws KUBE_*.
 */
export async function cleanDeleteHooks(run: Run, permit: Permit, type: DeleteHookType): Promise<HooksOutcome> {
  await watch(run, permit.at, undefined);
  const hooks = await hooksOf(run, permit, type);
  const worst = hooks
    .map((live) => healthOf(run, live))
    .reduce((left, right) => (healthSeverity(right) > healthSeverity(left) ? right : left), 'Healthy');
  const going = hooks.filter((hook) =>
    deletePolicies(hook).some(
      (policy) =>
        (policy === 'HookFailed' && worst === 'Degraded') || (policy === 'HookSucceeded' && worst === 'Healthy'),
    ),
  );
  for (const hook of going) await remove(run, permit, hook);
  return going.length === 0 ? completed : waiting;
}

/** The live hooks of a type that bear the Application's marks. */
async function hooksOf(run: Run, permit: Permit, type: DeleteHookType): Promise<readonly KubernetesObject[]> {
  const own = await claims(run, permit.at);
  return own.filter(
    (live) => isDeleteHook(live, type) && isObjectPermitted(permit.project, refOf(live), permit.destination),
  );
}

/** A hook's live object. Of one without a name any that was made of it counts. */
async function liveOf(
  run: Run,
  permit: Permit,
  { ref, object }: Target,
  lives: readonly KubernetesObject[],
): Promise<KubernetesObject | undefined> {
  if (ref.name === '')
    return lives.find((live) => live.kind === object.kind && generateName(live) === generateName(object));
  return permit.at.cluster.live.get(ref, run.signal);
}

/** Creates a hook. Whether it was there already the next turn tells: then it is looked at before anything goes on. */
async function create(run: Run, permit: Permit, { ref, object }: Target): Promise<void> {
  const { cluster } = permit.at;
  try {
    const made = await deletingClient(permit).create(object, { ...contextOf(run), fieldManager: REPLACE_MANAGER });
    if (ref.name !== '') cluster.live.wrote(ref, made);
  } catch (error) {
    if (!isCapstanError(error, 'KUBE_ALREADY_EXISTS')) throw error;
  }
}

async function judge(
  run: Run,
  permit: Permit,
  type: DeleteHookType,
  lives: readonly KubernetesObject[],
): Promise<HooksOutcome> {
  const failed = lives.filter((live) => healthOf(run, live) === 'Degraded');
  if (failed.length === 0) return lives.some((live) => healthOf(run, live) === 'Progressing') ? waiting : completed;
  for (const live of failed) await remove(run, permit, live);
  const names = failed.map((live) => `${refOf(live).namespace}/${refOf(live).name}`);
  return { kind: 'failed', message: `${type} hook(s) failed: ${names.join(', ')}` };
}

function healthOf({ shared }: Run, live: KubernetesObject): HealthCode {
  return shared.health.judge(live)?.status ?? 'Healthy';
}

async function remove(run: Run, permit: Permit, live: KubernetesObject): Promise<void> {
  if (typeof live.metadata['deletionTimestamp'] === 'string') return;
  await deleteObject(deletingClient(permit), live, 'Background', contextOf(run));
  permit.at.cluster.live.removed(refOf(live));
}

/** As whom a deletion writes: without an account of its own, as Capstan, as upstream. */
export function deletingClient({ rights, at }: Permit): KubeClient {
  return rights.kind === 'granted' ? rights.cluster.client : at.cluster.client;
}

function contextOf(run: Run): WriteContext {
  return { manager: REPLACE_MANAGER, signal: run.signal, caller: run.owner };
}
