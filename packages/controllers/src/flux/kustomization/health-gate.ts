import { isCapstanError } from '@capstan/errors';
import { kstatusOf, type KstatusCode } from '@capstan/health';
import { formatApiVersion, getPath, type JsonValue, type KubernetesObject, type VersionedRef } from '@capstan/object';
import type { FreshObjects } from '../../runtime/fresh-objects.ts';
import { subjectOf } from './entries.ts';
import type { ExpressionStatus, HealthExpressions } from './health-expressions.ts';

/** How the objects that are waited for stand. */
export type GateVerdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'waiting' }
  /** Nothing is on its way any more, and some have failed. */
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Judges objects by kstatus. What is not there counts as NotFound, which is waited for. When only failed and current ones
 * are left the verdict is final, with `failFast` at the first that has failed; at the deadline whatever is not current
 * has failed.
 */
export async function judgeHealth(
  cluster: { readonly live: Pick<FreshObjects, 'get'> },
  refs: readonly VersionedRef[],
  options: {
    readonly now: Date;
    readonly expired: boolean;
    /** One that has failed ends the wait for all. */
    readonly failFast: boolean;
    /** Jobs that remove themselves: when one is gone it has been done. */
    readonly selfRemoving?: ReadonlySet<VersionedRef>;
    /** Kinds that are judged by expressions instead. */
    readonly expressions?: HealthExpressions | undefined;
    readonly signal: AbortSignal;
  },
): Promise<GateVerdict> {
  const states: ({ readonly ref: VersionedRef } & ExpressionStatus)[] = [];
  for (const ref of refs) {
    const live = await readable(cluster, ref, options.signal);
    const gone = options.selfRemoving?.has(ref) === true ? 'Current' : 'NotFound';
    if (live === 'forbidden') states.push({ ref, status: 'Unknown' });
    else if (live === undefined) states.push({ ref, status: gone });
    else {
      const judged = options.expressions?.statusOf(live) ?? { status: statusOf(live, options.now.getTime()) };
      states.push({ ref, ...judged });
    }
  }
  if (states.every(({ status }) => status === 'Current')) return { kind: 'passed' };
  const final =
    states.every(({ status }) => status === 'Current' || status === 'Failed') ||
    (options.failFast && states.some(({ status }) => status === 'Failed'));
  if (!final && !options.expired) return { kind: 'waiting' };
  const named = states
    .filter(({ status }) => (options.expired && !final ? status !== 'Current' : status === 'Failed'))
    .map(
      ({ ref, status, problem }) =>
        `${subjectOf(ref)} status: '${status}'${problem === undefined ? '' : `: ${problem}`}`,
    );
  return {
    kind: 'failed',
    message: `${final ? 'failed early due to stalled resources' : 'timeout waiting for'}: [${named.join(', ')}]`,
  };
}

/** The object, or that it may not be read. */
async function readable(
  cluster: { readonly live: Pick<FreshObjects, 'get'> },
  ref: VersionedRef,
  signal: AbortSignal,
): Promise<KubernetesObject | 'forbidden' | undefined> {
  try {
    return await cluster.live.get(ref, signal);
  } catch (error) {
    if (isCapstanError(error, 'KUBE_FORBIDDEN')) return 'forbidden';
    throw error;
  }
}

/** kstatus, but that a Job is current when it is done or suspended, not as soon as it runs (fluxcd/pkg/runtime). */
function statusOf(live: KubernetesObject, now: number): KstatusCode {
  const { status } = kstatusOf(live, now);
  if (live.kind !== 'Job' || !live.apiVersion.startsWith('batch/') || status === 'Terminating') return status;
  if (getPath(live, 'spec', 'suspend') === true) return 'Current';
  return status === 'Current' && !isComplete(live) ? 'InProgress' : status;
}

function isComplete(job: KubernetesObject): boolean {
  const conditions = getPath(job, 'status', 'conditions');
  const list: readonly JsonValue[] = Array.isArray(conditions) ? (conditions as readonly JsonValue[]) : [];
  return list.some((one) => getPath(one, 'type') === 'Complete' && getPath(one, 'status') === 'True');
}

/** The version of a health check's kind: `apps/v1` where none is given, as Flux does. */
export function healthCheckRef(check: {
  readonly apiVersion?: string | undefined;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
}): VersionedRef {
  const apiVersion =
    check.apiVersion === undefined || check.apiVersion === '' ? formatApiVersion('apps', 'v1') : check.apiVersion;
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  return {
    group,
    version: apiVersion.slice(slash + 1),
    kind: check.kind,
    namespace: check.namespace ?? '',
    name: check.name,
  };
}
