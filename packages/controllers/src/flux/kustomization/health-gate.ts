import { kstatusOf, type KstatusCode } from '@capstan/health';
import { formatApiVersion, type VersionedRef } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import { subjectOf } from './entries.ts';

/** How the objects that are waited for stand. */
export type GateVerdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'waiting' }
  /** Nothing is on its way any more, and some have failed. */
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Judges objects by kstatus. What is not there counts as NotFound, which is waited for. When only failed and current ones
 * are left the verdict is final; at the deadline whatever is not current has failed.
 */
export async function judgeHealth(
  cluster: Cluster,
  refs: readonly VersionedRef[],
  options: { readonly now: Date; readonly expired: boolean; readonly signal: AbortSignal },
): Promise<GateVerdict> {
  const states: { readonly ref: VersionedRef; readonly status: KstatusCode }[] = [];
  for (const ref of refs) {
    const live = await cluster.live.get(ref, options.signal);
    states.push({ ref, status: live === undefined ? 'NotFound' : kstatusOf(live, options.now.getTime()).status });
  }
  if (states.every(({ status }) => status === 'Current')) return { kind: 'passed' };
  const final = states.every(({ status }) => status === 'Current' || status === 'Failed');
  if (!final && !options.expired) return { kind: 'waiting' };
  const named = states
    .filter(({ status }) => (options.expired && !final ? status !== 'Current' : status === 'Failed'))
    .map(({ ref, status }) => `${subjectOf(ref)} status: '${status}'`);
  return {
    kind: 'failed',
    message: `${final ? 'failed early due to stalled resources' : 'timeout waiting for'}: [${named.join(', ')}]`,
  };
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
