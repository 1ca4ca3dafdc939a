import type { Difference } from './compare.ts';
import type { Scenario, Step } from './scenario.ts';

/** A difference from upstream that is meant. */
interface Purpose {
  /** Its heading in `docs/differences.md`. */
  readonly entry: string;
  readonly system: Scenario['system'];
  /** Which places of a snapshot it concerns. */
  readonly path: RegExp;
  /** Which texts it concerns, where both sides have one. */
  readonly expected?: RegExp;
  /** Only in these scenarios; in all when absent. */
  readonly scenarios?: readonly string[];
  /** Only in steps with such titles; in all when absent. */
  readonly steps?: RegExp;
}

const purposes: readonly Purpose[] = [
  {
    entry: 'Build failures say where',
    system: 'flux',
    path: /^events\[BuildFailed\]$|\.status\.conditions\[Ready\]\.message$/,
    expected: /kustomize build failed|failed to decode/,
  },
  {
    entry: "Transport failures are told in git's words",
    system: 'flux',
    path: /^events\[GitOperationFailed\]$|\.status\.conditions\[(Ready|FetchFailed)\]\.message$/,
    expected: /dial tcp|the server cannot be reached/,
  },
  {
    entry: 'The first refusal in order is told',
    system: 'flux',
    path: /^events\[ReconciliationFailed\]$|\.status\.conditions\[Ready\]\.message$/,
    expected: /not found: namespaces /,
  },
  {
    entry: 'The spec is left as it was written',
    system: 'argo-cd',
    path: /\.spec\.(syncPolicy\.retry|source\.directory|ignoreDifferences)|\.f:spec\.f:(syncPolicy\.f:retry|source\.f:directory|ignoreDifferences)|\[Update argocd-application-controller [^\]]*\]\.fieldsV1\.f:spec$/,
  },
  {
    entry: 'The spec is left as it was written',
    system: 'argo-cd',
    path: /^gitops\[Application\/[^\]]*\]\.metadata\.managedFields\[Update kubectl-/,
    expected: /"fieldsV1":\{"f:spec":\{"f:source":\{"f:directory":\{"f:recurse":\{\}\}\}\}\}/,
  },
  {
    entry: 'What is wrong with a source is told in our words',
    system: 'argo-cd',
    path: /\.status\.conditions\[(ComparisonError|SyncError)\]\.message$|\.status\.operationState\.message$|^events\[OperationCompleted\]$/,
    expected:
      /failed exit status \d+|failed to unmarshal manifest|failed to list refs: (authentication required|Get "|cannot)|Failed to checkout revision|cannot fetch from/,
  },
  {
    entry: 'The first retry comes when it is announced',
    system: 'argo-cd',
    path: /\.status\.operationState\.(retryCount|message)$/,
    expected: /^\d+$|Retrying (operation|attempt)/,
    scenarios: ['sync-failure-default-retry', 'sync-retry-refresh'],
  },
  { entry: 'A contested heal is told', system: 'argo-cd', path: /^events\[DriftContested\]$/ },
  {
    entry: 'A deletion tells no states in passing',
    system: 'argo-cd',
    path: /^events\[(ResourceUpdated|StatusRefreshed)\]$/,
  },
  {
    entry: 'A blocked operation goes on by itself',
    system: 'argo-cd',
    path: /./,
    scenarios: ['sync-window-deny'],
    steps: /^manualSync: true in the project|^refreshed$/,
  },
  {
    entry: 'Health mends by itself',
    system: 'flux',
    path: /\.status\.history\[\d\]\.totalReconciliations$/,
    scenarios: ['health-check-exprs'],
  },
  ...(['flux', 'argo-cd'] as const).map((system) => ({
    entry: 'The sandbox has no kwok',
    system,
    path: /^managed\[Pod\/.*\.metadata\.managedFields\[Update (kwok status|kubelet status|kube-scheduler )/,
  })),
];

const HEALING = 'Drift is healed at once';
const STALE_HEALS = 'No partial sync after the first one';

/** The entries of `docs/differences.md` that are consulted here. */
export const entries: readonly string[] = [...new Set([HEALING, STALE_HEALS, ...purposes.map(({ entry }) => entry)])];

/** How a rollout is told of before its Pods are ready: which of it is caught is a matter of timing, also upstream. */
const rolloutInPassing: Pick<Purpose, 'path' | 'expected'> = {
  path: /^managed\[Deployment\/[^\]]*\]\.status\.conditions\[Progressing\]\.(reason|message)$/,
  expected:
    /^(NewReplicaSetCreated|FoundNewReplicaSet|ReplicaSetUpdated|Created new replica set .*|Found new replica set .*|ReplicaSet ".*" is progressing\.)$/,
};

/** The differences that are not on purpose. `ahead`: how the objects differ from what the next step expects. */
export function withoutPurposes(
  scenario: Scenario,
  index: number,
  found: readonly Difference[],
  ahead: readonly Difference[],
): readonly Difference[] {
  const { system, name, steps } = scenario;
  const unmeant = found.filter(
    (difference) =>
      !purposes.some(
        (purpose) =>
          purpose.system === system &&
          purpose.path.test(difference.path) &&
          (purpose.expected === undefined || concerns(purpose.expected, difference)) &&
          (purpose.scenarios === undefined || purpose.scenarios.includes(name)) &&
          (purpose.steps === undefined || purpose.steps.test(steps[index]?.step ?? '')),
      ),
  );
  const lasting = unmeant.filter(
    (one) => !(rolloutInPassing.path.test(one.path) && rolloutInPassing.expected?.test(String(one.actual)) === true),
  );
  return system === 'flux' ? withoutHealing(steps, index, lasting, ahead) : withoutStaleHeals(steps, index, lasting);
}

/**
 * `STALE_HEALS`: upstream's second operation, partial and without effect, right after a sync. It is what the status of
 * that step tells of, and each later heal counts it.
 */
function withoutStaleHeals(steps: readonly Step[], index: number, found: readonly Difference[]): readonly Difference[] {
  const stale = steps.slice(0, index + 1).filter(hasStaleHeal).length;
  if (stale === 0) return found;
  const step = steps[index];
  const isHere = step !== undefined && hasStaleHeal(step);
  return found.filter(({ path, expected, actual }) => {
    if (path.endsWith('.operation.sync.autoHealAttemptsCount') && typeof expected === 'number') {
      const more = expected - Number(actual ?? 0);
      return more < 1 || more > stale;
    }
    if (!isHere) return true;
    if (path === 'events[OperationCompleted]') return actual !== undefined || !isPartial(expected);
    return !/\.f:operationState\.f:operation\.f:sync\.f:(autoHealAttemptsCount|resources)$|\.status\.operationState\.(operation\.sync\.resources|syncResult\.resources)/.test(
      path,
    );
  });
}

function hasStaleHeal({ snapshot }: Step): boolean {
  const synced = snapshot.events.map(({ message }) => /^Sync operation to (\S+) succeeded$/.exec(message)?.[1]);
  return snapshot.events.some(({ message }) =>
    synced.some((revision) => revision !== undefined && message === `Partial sync operation to ${revision} succeeded`),
  );
}

function isPartial(event: unknown): boolean {
  return JSON.stringify(event ?? '').includes('"Partial sync operation to ');
}

function concerns(expected: RegExp, difference: Difference): boolean {
  const texts = [difference.expected, difference.actual].filter((side) => side !== undefined);
  return texts.some((side) => expected.test(typeof side === 'string' ? side : JSON.stringify(side)));
}

/**
 * `HEALING`: where a step makes drift, upstream heals it in the next one. The objects may then stand as
 * the next step expects them, and the events of the healing come a step earlier, one for each change.
 */
function withoutHealing(
  steps: readonly Step[],
  index: number,
  found: readonly Difference[],
  ahead: readonly Difference[],
): readonly Difference[] {
  const step = steps[index];
  const before = steps[index - 1];
  const isHealing = ({ path, expected, actual }: Difference): boolean =>
    path === 'events[Progressing]' && /(created|configured)"/.test(JSON.stringify(expected ?? actual));
  if (step !== undefined && makesDrift(step)) {
    const open = new Set(ahead.map(({ path }) => objectOf(path)));
    return found.filter((one) => {
      if (one.path.startsWith('managed[')) return open.has(objectOf(one.path));
      return !(one.expected === undefined && isHealing(one));
    });
  }
  if (before === undefined || !makesDrift(before)) return found;
  return found.filter((one) => !(one.actual === undefined && isHealing(one)));
}

/** Whether a step only changes what has been applied, by hand. */
function makesDrift({ actions, waitedFor }: Step): boolean {
  return (
    waitedFor === 'nothing but quiet' &&
    actions.length > 0 &&
    actions.every(({ kubectl, input }) =>
      /-n \S+-apps |\n  namespace: \S+-apps\n/.test(`${kubectl ?? ''}${input ?? ''}`),
    )
  );
}

function objectOf(path: string): string {
  return path.slice(0, path.indexOf(']') + 1);
}
