import type { ValueDifference } from '@capstan/diff';
import { healthSeverity, type HealthCode } from '@capstan/health';
import {
  refKey,
  refOf,
  type JsonObject,
  type KubernetesObject,
  type ObjectRef,
  type VersionedRef,
} from '@capstan/object';
import { claimantName, heirOf, type Claimant, type Dispute } from '../../runtime/claims.ts';
import { annotation, hasAnnotationValue } from '../annotations.ts';
import type { Judge } from '../health/judge.ts';
import { isDeleteHook, isHook, isSkipped, waveOf } from '../hooks.ts';
import { COMPARE_OPTIONS, IGNORE_HEALTHCHECK } from '../names.ts';
import { isNamespaceOf, namespaceObject } from '../operation/managed-namespace.ts';
import { isKindPermitted, isObjectPermitted } from '../project/kinds.ts';
import type { ProjectDestination, ProjectSpec } from '../project/project-spec.ts';
import { isServerSide, needsDeleteApproval, needsPruneApproval, type SyncOptions } from '../sync-options.ts';
import { applicationOf, isSelfReferencing, liveAsTracked, withTrackingOf, type Tracking } from '../tracking.ts';
import { compareObject, type CompareContext } from './compare-object.ts';
import { keyText, type Target, type Targets } from './targets.ts';

/** A resource's or an Application's standing against Git. */
export type SyncCode = 'Synced' | 'OutOfSync' | 'Unknown';

/** One object of an Application: what Git wants, what is there, and how the two stand to each other. */
export interface ManagedObject {
  readonly ref: VersionedRef;
  readonly target: Target | undefined;
  readonly live: KubernetesObject | undefined;
  /** Absent for what has no standing: hooks, skipped objects, copies that bear somebody else's tracking id. */
  readonly sync: SyncCode | undefined;
  readonly hook: boolean;
  readonly requiresPruning: boolean;
  /** A Kustomization that keeps it: it is looked at, and never written. */
  readonly keptBy?: string;
  /** Whether a person must approve its deletion. */
  readonly requiresDeletionConfirmation?: boolean;
  readonly wave: number;
  readonly differences: readonly ValueDifference[];
}

/** How an Application stands. */
export interface Comparison {
  readonly sync: SyncCode;
  readonly health: HealthCode;
  readonly managed: readonly ManagedObject[];
  /** Objects that another Application claims, too, or that a Kustomization keeps. */
  readonly shared: readonly string[];
  /** Objects that a Kustomization claims, too, and the Application keeps. */
  readonly claimed: readonly string[];
  readonly disputes: readonly Dispute[];
  /** How it stands but for what others keep: what a sync can do something about. */
  readonly own: SyncCode;
  /** Objects that belong into a namespace, and neither Git nor the destination names one. */
  readonly unplaced: readonly string[];
}

/** What is compared. Without `targets` Git could not be read, and nothing can be said. */
export interface ComparisonInput {
  readonly application: VersionedRef;
  /** The name by which tracking marks know it. */
  readonly instance: string;
  readonly tracking: Tracking;
  readonly targets: Targets | undefined;
  readonly claims: readonly KubernetesObject[];
  readonly project: ProjectSpec;
  readonly destination: ProjectDestination;
  readonly options: SyncOptions;
  /** What the Application manages of its namespace's metadata. */
  readonly namespaceMetadata?: JsonObject | undefined;
  /** Whether a sync has yet to bring that there. */
  readonly isNamespaceStale?: boolean;
  /** Who of the other dialect claims an object as well. */
  dispute(ref: VersionedRef, live: KubernetesObject): Promise<Dispute | undefined>;
}

/** Compares what Git wants with what is there. Reads only the cache, but for a difference that needs a dry-run. */
export async function compareApplication(input: ComparisonInput, context: CompareContext): Promise<Comparison> {
  const lives = new Map(input.claims.map((live) => [refKey(refOf(live)), live]));
  const managed: ManagedObject[] = [];
  const shared: string[] = [];
  const disputes: Dispute[] = [];
  for (const target of input.targets?.resources ?? []) {
    const key = refKey(target.ref);
    const live = permitted(
      input,
      lives.get(key) ??
        (target.rules === undefined || isUnplaced(target)
          ? undefined
          : await context.cluster.live.get(target.ref, context.signal)),
    );
    lives.delete(key);
    const owner = live === undefined ? undefined : applicationOf(live, input.tracking);
    if (live !== undefined && owner !== undefined && owner !== input.instance)
      shared.push(
        `${live.kind}/${target.ref.name} is part of applications ${input.application.namespace}/${input.application.name} and ${owner.replaceAll('_', '/')}`,
      );
    const dispute = live === undefined ? undefined : await input.dispute(target.ref, live);
    if (dispute !== undefined) disputes.push(dispute);
    managed.push(await ofTarget(input, target, live, context, dispute?.keeper));
  }
  for (const live of lives.values()) {
    if (permitted(input, live) === undefined) continue;
    const own = await ownNamespace(input, live, context);
    managed.push(own === undefined ? await extra(input, live) : await ofTarget(input, own, live, context));
  }
  const told = (isKept: boolean): readonly string[] =>
    disputes.filter(({ keeper }) => (keeper !== undefined) === isKept).map((dispute) => disputeText(input, dispute));
  return {
    managed,
    shared: [...shared, ...told(true)],
    claimed: told(false),
    disputes,
    unplaced: (input.targets?.resources ?? []).filter(isUnplaced).map(unplacedText),
    sync: syncOf(input, managed),
    own: syncOf(
      input,
      managed.filter(({ keptBy }) => keptBy === undefined),
    ),
    health: healthOf(managed, context.judge, input.application),
  };
}

function disputeText({ application: { namespace, name } }: ComparisonInput, dispute: Dispute): string {
  const { ref, rivals, keeper } = dispute;
  const others = rivals.map(claimantName).join(' and ');
  const who = keeper === undefined ? 'the Application' : claimantName(keeper);
  return `${ref.kind}/${ref.name} is part of application ${namespace}/${name} and ${others}; ${who} keeps it`;
}

function isUnplaced({ ref, rules }: Target): boolean {
  return ref.namespace === '' && rules?.namespaced === true;
}

function unplacedText({ ref }: Target): string {
  return `Namespace for ${ref.name} ${ref.group}/${ref.version}, Kind=${ref.kind} is missing.`;
}

/**
 * The namespace whose metadata the Application manages, where somebody has put a tracking id on it: Git does not have
 * it, and it is not to be pruned for that.
 */
async function ownNamespace(
  input: ComparisonInput,
  live: KubernetesObject,
  { cluster, signal }: CompareContext,
): Promise<Target | undefined> {
  const { namespaceMetadata, destination } = input;
  const ref = refOf(live);
  if (namespaceMetadata === undefined || !isNamespaceOf(ref, destination.namespace)) return undefined;
  return { ref, object: namespaceObject(ref.name, namespaceMetadata), rules: await cluster.rules(ref, signal) };
}

async function ofTarget(
  input: ComparisonInput,
  target: Target,
  live: KubernetesObject | undefined,
  context: CompareContext,
  keeper?: Claimant,
): Promise<ManagedObject> {
  const skipped = isSkipped(target.object);
  const differences =
    live === undefined || skipped
      ? []
      : await compareObject(
          // Whose marks it bears is no difference where it is left to somebody else.
          keeper === undefined ? target : { ...target, object: withTrackingOf(live, target.object, input.tracking) },
          liveAsTracked(live, target.object, input.tracking),
          isServerSide(target.object, input.options),
          context,
        );
  const sync = skipped ? undefined : live === undefined || differences.length > 0 ? 'OutOfSync' : 'Synced';
  const namespaced = target.rules?.namespaced ?? target.ref.namespace !== '';
  const allowed = isKindPermitted(input.project, target.ref, target.ref.name, namespaced);
  return {
    ref: live === undefined ? target.ref : { ...refOf(live), version: target.ref.version },
    target,
    live,
    sync: allowed ? sync : 'Unknown',
    hook: false,
    requiresPruning: false,
    ...(keeper === undefined ? {} : { keptBy: claimantName(keeper) }),
    ...confirmation(input, target.object, live),
    wave: waveOf(target.object),
    differences,
  };
}

/** A live object that Git does not have. What a Kustomization has written too, and still has, is left to it. */
async function extra(input: ComparisonInput, live: KubernetesObject): Promise<ManagedObject> {
  const hook = isHook(live) || isDeleteHook(live, 'PreDelete') || isDeleteHook(live, 'PostDelete');
  const heir = heirOf(await input.dispute(refOf(live), live), live);
  const isSelf = heir === undefined && isSelfReferencing(live, input.tracking);
  const hookTarget = hook
    ? input.targets?.hooks.find((target) => refKey(target.ref) === refKey(refOf(live)))
    : undefined;
  const sync = hook || !isSelf ? undefined : 'OutOfSync';
  return {
    ref: refOf(live),
    target: undefined,
    live,
    sync: input.targets === undefined ? 'Unknown' : sync,
    hook,
    requiresPruning: isSelf,
    ...confirmation(input, undefined, live),
    wave: hookTarget === undefined ? 0 : waveOf(hookTarget.object),
    differences: [],
  };
}

function syncOf(input: ComparisonInput, managed: readonly ManagedObject[]): SyncCode {
  if (input.targets === undefined) return 'Unknown';
  const counts = managed.some(
    ({ sync, target, live, hook, differences }) =>
      !hook &&
      (sync === 'OutOfSync' ||
        (sync === 'Unknown' && target !== undefined && (live === undefined || differences.length > 0))) &&
      !(target === undefined && live !== undefined && hasAnnotationValue(live, COMPARE_OPTIONS, 'IgnoreExtraneous')),
  );
  return counts || input.isNamespaceStale === true ? 'OutOfSync' : 'Synced';
}

/**
 * An Application is as healthy as its worst object; Missing only where none of its objects is there. One that manages
 * itself does not wait for itself.
 */
export function healthOf(managed: readonly ManagedObject[], judge: Judge, application?: ObjectRef): HealthCode {
  let worst: HealthCode = 'Healthy';
  let hasObjects = false;
  let hasLive = false;
  for (const { target, live, ref } of managed) {
    if (target !== undefined && isSkipped(target.object)) continue;
    if (live !== undefined && isHook(live)) continue;
    hasObjects = true;
    if (live === undefined) continue;
    hasLive = true;
    if (annotation(live, IGNORE_HEALTHCHECK) === 'true') continue;
    if (application !== undefined && refKey(refOf(live)) === refKey(application)) continue;
    const health = judge(live)?.status;
    if (health === undefined) continue;
    const isApplication = ref.kind === 'Application' && ref.group === 'argoproj.io';
    if (isApplication && (health === 'Missing' || health === 'Unknown')) continue;
    if (healthSeverity(health) > healthSeverity(worst)) worst = health;
  }
  if (hasObjects && !hasLive && healthSeverity('Missing') > healthSeverity(worst)) return 'Missing';
  return worst;
}

/** A live object, where the project lets it be seen. */
function permitted(input: ComparisonInput, live: KubernetesObject | undefined): KubernetesObject | undefined {
  if (live === undefined) return undefined;
  return isObjectPermitted(input.project, refOf(live), input.destination) ? live : undefined;
}

function confirmation(
  input: ComparisonInput,
  ...objects: readonly (KubernetesObject | undefined)[]
): Pick<ManagedObject, 'requiresDeletionConfirmation'> {
  const isAsked = objects.some(
    (object) =>
      object !== undefined && (needsPruneApproval(object, input.options) || needsDeleteApproval(object, input.options)),
  );
  return isAsked ? { requiresDeletionConfirmation: true } : {};
}

/** The order in which `status.resources` lists objects. */
export function inStatusOrder(left: ManagedObject, right: ManagedObject): number {
  const a = keyText(left.ref);
  const b = keyText(right.ref);
  return a < b ? -1 : a > b ? 1 : 0;
}
