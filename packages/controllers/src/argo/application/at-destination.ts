import { isCapstanError, messageOf } from '@capstan/errors';
import type { WorkResult } from '@capstan/kube';
import type { DestinationCluster } from '../destination/destination-cluster.ts';
import type { LanePlace } from '../destination/lane.ts';
import type { Run } from './run.ts';

/** How soon a cluster that answers, but not as it should, is tried again. */
const AGAIN_MS = 10_000;
/** The place of a turn over a cluster that has no lane. */
const NO_LANE: LanePlace = { leave: () => undefined, stepAside: () => undefined };

/**
 * Does the part of a turn that needs the destination's cluster, where that can be reached. Otherwise the turn ends at
 * once, after `tell` has said why: it is run again when the cluster is there. Nobody waits for a cluster, so that no
 * cluster holds up another.
 */
export async function atDestination(
  run: Run,
  at: DestinationCluster,
  work: (run: Run) => Promise<WorkResult>,
  tell: (message: string) => Promise<void>,
): Promise<WorkResult> {
  const { reach, lane } = at;
  if (reach === undefined) return work(run);
  if (reach.state === 'unknown') {
    reach.look();
    return {};
  }
  if (reach.state === 'down') {
    await tell(unreachable(at, reach.problem));
    return {};
  }
  const place = lane === undefined ? NO_LANE : lane.enter(run.owner);
  if (place === undefined) return {};
  const reachable = reach.signal;
  try {
    return await work({
      ...run,
      signal: AbortSignal.any([run.signal, reachable]),
      aside: (wait) => run.aside(wait, place.stepAside),
    });
  } catch (error) {
    if (run.signal.aborted) throw error;
    // It went down meanwhile: that has run this Application again, to say so.
    if (reachable.aborted) return {};
    if (!isOf(error, at)) throw error;
    reach.suspect();
    await tell(unreachable(at, messageOf(error)));
    return { requeueAfterMs: AGAIN_MS };
  } finally {
    place.leave();
  }
}

/** Argo CD's words for a cluster whose state it cannot read. */
function unreachable({ server }: DestinationCluster, why: string): string {
  return `Failed to load live state: failed to get cluster info for ${JSON.stringify(server)}: error synchronizing cache state : ${why}`;
}

const failures = [
  'KUBE_UNREACHABLE',
  'KUBE_TIMEOUT',
  'KUBE_SERVER_ERROR',
  'KUBE_UNAUTHORIZED',
  'KUBE_FORBIDDEN',
  'KUBE_TOO_MANY_REQUESTS',
  'KUBECONFIG_INVALID',
] as const;

/** Whether a failure is the destination's, and not of the cluster that Applications live in. */
function isOf(error: unknown, at: DestinationCluster): boolean {
  if (!isCapstanError(error, ...failures)) return false;
  const server = error.data['server'];
  return typeof server !== 'string' || !URL.canParse(server) || sameServer(server, at.server);
}

function sameServer(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => (text.includes('://') ? text : `https://${text}`));
  if (left === undefined || right === undefined || !URL.canParse(right)) return false;
  return new URL(left).href.replace(/\/+$/, '') === new URL(right).href.replace(/\/+$/, '');
}
