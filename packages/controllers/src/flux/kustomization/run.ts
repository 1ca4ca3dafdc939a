import type { Kustomization } from '@capstan/api';
import { durationMilliseconds, formatDuration, type KubernetesObject } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { Engine } from '../../runtime/engine.ts';
import type { Turn } from '../../runtime/reconciler.ts';
import type { Identities } from '../identities.ts';
import { KUSTOMIZE_CONTROLLER, KUSTOMIZE_GROUP, REQUESTED_AT } from '../names.ts';
import type { FluxOptions } from '../options.ts';
import { annotationOf } from '../resource-view.ts';
import type { SourceTrees } from '../source-trees.ts';
import { writeStatus, type StatusWriter } from '../status-patch.ts';
import { tellOf } from '../tell.ts';
import type { WatchedConfigs } from '../watched-configs.ts';
import type { Draft } from './draft.ts';
import type { Progress, ProgressBook } from './progress.ts';
import type { ApplyTarget, ApplyTargets } from './target.ts';
import type { Watchers } from './watchers.ts';

/** The spec of a Kustomization. */
export type Spec = NonNullable<Kustomization['spec']>;

/** The parts that all runs share. */
export interface Shared {
  readonly engine: Engine;
  /** The cluster that Kustomizations, their sources and what they read live in. */
  readonly cluster: Cluster;
  readonly trees: SourceTrees;
  readonly targets: ApplyTargets;
  readonly progress: ProgressBook;
  readonly watchers: Watchers;
  readonly options: FluxOptions;
  readonly configs: WatchedConfigs;
  readonly identities: Identities;
}

/** One run over one Kustomization. `object` and `draft` follow what has been written of its status. */
export interface Run extends Shared {
  readonly turn: Turn;
  readonly writer: StatusWriter;
  readonly spec: Spec;
  readonly own: Progress;
  /** Where its objects are. */
  readonly target: ApplyTarget;
  object: KubernetesObject;
  draft: Draft;
}

/** Health checks are given at least this long, whatever the timeout says (kustomize-controller). */
const LEAST_TIMEOUT_MS = 30_000;

/** The key under which interests and fairness know a Kustomization. */
export function ownerKey(ref: { readonly namespace: string; readonly name: string }): string {
  return `Kustomization/${ref.namespace}/${ref.name}`;
}

/** After how many milliseconds what failed is tried again. */
export function retryInterval(spec: Spec): number {
  return durationMilliseconds(spec.retryInterval ?? spec.interval);
}

/** The timeout in milliseconds: the spec's, else half a minute less than the interval; never under half a minute. */
export function timeoutOf(spec: Spec): number {
  const wanted =
    spec.timeout === undefined
      ? durationMilliseconds(spec.interval) - LEAST_TIMEOUT_MS
      : durationMilliseconds(spec.timeout);
  return Math.max(wanted, LEAST_TIMEOUT_MS);
}

/** A span as Go prints it. */
export function spanText(milliseconds: number): string {
  return formatDuration(BigInt(Math.max(0, Math.round(milliseconds))) * 1_000_000n);
}

/** What the user asks for now; undefined where that has been handled, or nothing was asked. */
export function pendingRequest(run: Run): string | undefined {
  const asked = annotationOf(run.object, REQUESTED_AT);
  return asked === run.draft.status.lastHandledReconcileAt ? undefined : asked;
}

/** Whether the interval has come round, or somebody asks for a reconcile. A start of the process is neither. */
export function isDue(run: Run): boolean {
  const now = run.engine.clock.now();
  run.own.due ??= now + durationMilliseconds(run.spec.interval);
  return now >= run.own.due || pendingRequest(run) !== undefined;
}

/** Writes a status where it says something new, and notes that the user's request has been handled. */
export async function storeStatus(run: Run, draft: Draft): Promise<void> {
  const asked = annotationOf(run.object, REQUESTED_AT);
  const status = asked === undefined ? draft.status : { ...draft.status, lastHandledReconcileAt: asked };
  await writeDraft(run, { ...draft, status });
}

/** Writes a status as it is, while a reconcile goes on. */
export async function writeDraft(run: Run, draft: Draft): Promise<void> {
  const before = run.object;
  run.object = await writeStatus(run.writer, before, draft.status);
  run.draft = draft;
  if (run.object !== before) run.cluster.live.wrote(run.turn.ref, run.object);
}

/** Tells of a Kustomization. */
export function tell(
  run: { readonly engine: Engine; readonly object: KubernetesObject },
  event: {
    readonly type: 'Normal' | 'Warning';
    readonly reason: string;
    readonly message: string;
    readonly revision?: string | undefined;
    readonly isOutcome?: boolean;
  },
): void {
  const annotations: Record<string, string> = {};
  if (event.isOutcome === true) annotations[`${KUSTOMIZE_GROUP}/commit_status`] = 'update';
  if (event.revision !== undefined) annotations[`${KUSTOMIZE_GROUP}/revision`] = event.revision;
  const { type, reason, message } = event;
  tellOf(run.engine, KUSTOMIZE_CONTROLLER, run.object, { type, reason, message, annotations });
}
