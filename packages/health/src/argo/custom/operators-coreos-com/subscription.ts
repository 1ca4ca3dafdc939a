import type { KubernetesObject } from '@capstan/object';
import { conditionsOf, matches, type Match } from '../conditions.ts';
import { fields, get, peek, text, type Value } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

type Weight = 'pending' | 'degraded' | 'good';

const awaitingApproval: Match = { type: 'InstallPlanPending', status: 'True', reason: 'RequiresApproval' };
const troubles: readonly Match[] = [
  { type: 'InstallPlanMissing', reason: { not: 'ReferencedInstallPlanNotFound' } },
  { type: ['CatalogSourcesUnhealthy', 'InstallPlanFailed', 'ResolutionFailed'], status: 'True' },
];

function weigh(condition: Value): Weight {
  if (matches(condition, { type: 'InstallPlanPending', status: 'True' })) return 'pending';
  return troubles.some((trouble) => matches(condition, trouble)) ? 'degraded' : 'good';
}

/** Whether only a person's approval of a later plan is outstanding, which is no fault of what is installed. */
function isApprovalPending(object: KubernetesObject, conditions: readonly Value[]): boolean {
  if (peek(object, 'spec', 'installPlanApproval') !== 'Manual') return false;
  const isAwaiting = conditions.some((condition) => matches(condition, awaitingApproval));
  return isAwaiting && get(object, 'status', 'installedCSV') !== undefined;
}

function weighState(state: Value, isManual: boolean): readonly [Weight, string] {
  if (state === undefined) return ['pending', '.status.state not yet known\n'];
  if (state === 'UpgradePending' && isManual) {
    const note = '(manual InstallPlan approval pending; treated as healthy)';
    return ['good', `.status.state is 'UpgradePending' ${note}\n`];
  }
  const line = text`.status.state is '${state}'\n`;
  if (state === '' || state === 'UpgradeAvailable' || state === 'UpgradePending') return ['pending', line];
  return [state === 'UpgradeFailed' ? 'degraded' : 'good', line];
}

/** Health of a Subscription of the Operator Lifecycle Manager: conditions and state; the message lists both. */
export const subscriptionHealth: Check = (object) => {
  const conditions = conditionsOf(object);
  if (conditions === undefined) {
    return progressing('An install plan for a subscription is pending installation');
  }
  const isManual = isApprovalPending(object, conditions);
  const [stateWeight, stateLine] = weighState(get(object, 'status', 'state'), isManual);
  const weights = [stateWeight];
  let message = '';
  conditions.forEach((condition, index) => {
    const { type, status } = fields(condition, 'type', 'status');
    if (isManual && type === 'InstallPlanPending') return;
    message += text`${index + 1}: ${type} | ${status}\n`;
    weights.push(weigh(condition));
  });
  message += stateLine;
  if (weights.includes('degraded')) return degraded(message);
  return weights.includes('pending') ? progressing(message) : healthy(message);
};
