import { isDecryptionDisabled, isEncryptedSecret } from '@capstan/decrypt';
import { CapstanError } from '@capstan/errors';
import { sleep } from '@capstan/kube';
import { refOf, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { healthRefs } from './check-health.ts';
import { subjectOf } from './entries.ts';
import { refsOf, staleOf, unionOf } from './inventory.ts';
import { planObjects, type PlannedObject } from './planned-object.ts';
import { ownerKey, type Run } from './run.ts';

/** How long the first list of a kind may take. */
const WATCH_TIMEOUT_MS = 30_000;

/** What is to be applied, and what of the inventory is no longer. */
export interface Plan {
  readonly revision: string;
  readonly objects: readonly KubernetesObject[];
  readonly planned: readonly PlannedObject[];
  readonly stale: readonly VersionedRef[];
}

/** Plans the objects against what the cluster serves, and watches what they are and were. */
export async function makePlan(run: Run, objects: readonly KubernetesObject[], revision: string): Promise<Plan> {
  refuseEncrypted(objects);
  const planned = await planObjects(run.target.cluster, objects, run.turn.signal, run.options.customStageKinds);
  const before = refsOf(run.draft.status.inventory?.entries ?? []);
  const after = planned.map((item) => item.ref);
  await watch(run, unionOf(before, after));
  return { revision, objects, planned, stale: staleOf(before, after) };
}

/** An encrypted Secret is applied only where somebody has said that it is to stay encrypted. Throws DECRYPT_NO_KEY. */
function refuseEncrypted(objects: readonly KubernetesObject[]): void {
  const encrypted = objects.find((object) => isEncryptedSecret(object) && !isDecryptionDisabled(object));
  if (encrypted === undefined) return;
  throw new CapstanError(
    'DECRYPT_NO_KEY',
    `${subjectOf(refOf(encrypted))} is SOPS encrypted, configuring decryption is required for this secret to be reconciled`,
  );
}

/** After CRDs have been established their kinds are known, and watched. */
export async function replan(
  run: Run,
  plan: Plan,
  planned: readonly PlannedObject[],
  established: readonly PlannedObject[],
): Promise<readonly PlannedObject[]> {
  const isNew = established.some(({ ref }) => ref.kind === 'CustomResourceDefinition');
  if (!isNew || planned.every((item) => item.rules !== undefined)) return planned;
  run.target.cluster.client.discovery.invalidate();
  const again = await planObjects(run.target.cluster, plan.objects, run.turn.signal, run.options.customStageKinds);
  const before = refsOf(run.draft.status.inventory?.entries ?? []);
  await watch(
    run,
    unionOf(
      before,
      again.map(({ ref }) => ref),
    ),
  );
  return again;
}

/** A kind whose list does not come in, for want of rights perhaps, must not hold its Kustomization for ever. */
async function inTime(run: Run, watched: Promise<void>, refs: readonly VersionedRef[]): Promise<void> {
  const { engine, turn } = run;
  const { cluster } = run.target;
  // As it is but for the first of a kind.
  if (refs.every((ref) => cluster.cache.synced(ref))) return watched;
  const stop = new AbortController();
  const late = sleep(engine.clock, WATCH_TIMEOUT_MS, AbortSignal.any([stop.signal, turn.signal])).then(() => {
    const missing = refs.find((ref) => !cluster.cache.synced(ref));
    const cause = missing === undefined ? undefined : cluster.cache.failure(missing);
    const kind = missing === undefined ? 'a kind' : `${missing.kind}${missing.group === '' ? '' : `.${missing.group}`}`;
    throw new CapstanError('KUBE_TIMEOUT', `${kind} cannot be watched`, { cause, data: { kind } });
  });
  try {
    await Promise.race([watched, late]);
  } finally {
    stop.abort();
    watched.catch(() => undefined);
    late.catch(() => undefined);
  }
}

/** Kinds that the cluster does not serve cannot be watched; they are, as soon as it does. */
async function watch(run: Run, refs: readonly VersionedRef[]): Promise<void> {
  const { discovery } = run.target.cluster.client;
  // Who else claims an object may let it go.
  const rivals = run.target.cluster.claims.others('flux', refs);
  const all = [...refs, ...healthRefs(run.spec), ...rivals];
  const served = all.filter((ref) => discovery.knownPreferred(ref) !== undefined);
  const unserved = all.filter((ref) => discovery.knownPreferred(ref) === undefined);
  run.watchers.awaitKinds(run.turn.ref, unserved);
  await inTime(run, run.target.cluster.interests.set(ownerKey(run.turn.ref), served), served);
}
