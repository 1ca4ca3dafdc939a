import type { KubernetesObject } from '@capstan/object';
import { count, get, isTrue, list, text, written, type Value } from '../value.ts';
import { degraded, healthy, progressing, type Check, type Verdict } from '../verdict.ts';
import { countStatuses, hashAt, shortHash } from './commit-statuses.ts';
import { onceReady } from './readiness.ts';

/** The hash that the hydrator has come to in an environment: of its note, else of the proposed commit. */
function proposedHash(environment: Value): Value {
  return hashAt(environment, 'proposed', 'note', 'drySha') ?? hashAt(environment, 'proposed', 'dry', 'sha');
}

function missingHash(environment: Value): Verdict | undefined {
  const which = hashAt(environment, 'active', 'dry', 'sha') === undefined ? 'active' : 'proposed';
  if (which === 'proposed' && proposedHash(environment) !== undefined) return undefined;
  const branch = get(environment, 'branch');
  return progressing(text`The ${which} commit DRY SHA is missing or empty in environment '${branch}'.`);
}

function promotion(environment: Value): Verdict | undefined {
  const to = get(environment, 'proposed', 'dry', 'sha');
  const from = get(environment, 'active', 'dry', 'sha');
  if (to === from) return undefined;
  const statuses = countStatuses(get(environment, 'proposed')).words();
  const branch = get(environment, 'branch');
  return progressing(
    text`Promotion in progress for environment '${branch}' from '${shortHash(from)}' to '${shortHash(to)}': ` +
      `${statuses}Hydrator has processed dry commit '${shortHash(proposedHash(environment))}'. `,
  );
}

/** The environments with commit statuses that have not succeeded, by branch; the last one of a branch counts. */
function unsuccessful(environments: readonly Value[]): readonly string[] {
  const words = new Map<string, string>();
  for (const environment of environments) {
    const { pending, failed } = countStatuses(get(environment, 'active'));
    if (pending === 0 && failed === 0) continue;
    const branch = written(get(environment, 'branch'));
    words.set(branch, `${branch} (${failed} failed, ${pending} pending)`);
  }
  return [...words.values()];
}

function firstOf(environments: readonly Value[], judge: (environment: Value) => Verdict | undefined) {
  for (const environment of environments) {
    const verdict = judge(environment);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function byEnvironments(object: KubernetesObject): Verdict {
  const told = get(object, 'status', 'environments');
  if (!isTrue(told) || count(told) === 0) return degraded('Promotion strategy has no environments configured');
  const environments = list(told);
  const incomplete = firstOf(environments, missingHash);
  if (incomplete !== undefined) return incomplete;
  const proposed = proposedHash(environments[0]);
  if (environments.some((environment) => proposedHash(environment) !== proposed)) {
    return progressing(
      'Not all environments have the same proposed commit SHA. ' +
        'This likely means the hydrator has not run for all environments yet.',
    );
  }
  const underWay = firstOf(environments, promotion);
  if (underWay !== undefined) return underWay;
  const troubles = unsuccessful(environments);
  if (troubles.length > 0) {
    const some = 'some environments have non-successful commit statuses';
    return healthy(`Environments are up-to-date, but ${some}: ${troubles.join(', ')}.`);
  }
  const active = shortHash(get(environments[0], 'active', 'dry', 'sha'));
  return healthy(
    `All environments are up-to-date on commit '${active}'. ` +
      `Hydrator has processed dry commit '${shortHash(proposed)}'.`,
  );
}

/** Health of a PromotionStrategy of the GitOps Promoter: ready, and every environment on the same commit. */
export const promotionStrategyHealth: Check = onceReady(
  {
    initializing: 'Initializing promotion strategy',
    deleting: 'Promotion strategy is being deleted',
    called: 'promotion strategy',
    failed: 'Promotion strategy reconciliation failed',
    notReady: 'Promotion strategy reconciliation failed',
    untold: 'Promotion strategy is not ready yet',
  },
  byEnvironments,
);
