import type { KubernetesObject } from '@capstan/object';
import { conditionsOf, matches } from '../conditions.ts';
import { fields, get, peek, text, written, type Value } from '../value.ts';
import { degraded, healthy, progressing, suspended, type Check } from '../verdict.ts';

function isTold(value: Value): boolean {
  return value !== undefined && value !== '';
}

/** What a condition that is not True adds to the message. */
function describe(condition: Value, position: number): string {
  const { type, status, reason, message } = fields(condition, 'type', 'status', 'reason', 'message');
  const more = [reason, message].filter(isTold).map((part) => text` | ${part}`);
  return text` | ${position}: ${type} | ${status}${more.join('')}`;
}

function isStop(condition: Value): boolean {
  return matches(condition, { type: 'Stopped', status: 'True' });
}

/** How the model changes over; `UpToDate` where nothing tells. */
function transitionOf(object: KubernetesObject): string {
  const model = peek(object, 'status', 'modelStatus');
  return model === undefined ? 'UpToDate' : written(get(model, 'transitionStatus'));
}

/** Health of an InferenceService of KServe: its model's transition and its conditions. */
export const inferenceServiceHealth: Check = (object) => {
  const transition = transitionOf(object);
  const conditions = conditionsOf(object);
  if (conditions === undefined) return progressing('Waiting for InferenceService to report status...');
  let message = transition === 'UpToDate' ? '' : `0: transitionStatus | ${transition}`;
  let isReady = transition === 'UpToDate';
  for (const [index, condition] of conditions.entries()) {
    if (isStop(condition)) return suspended('InferenceService is Stopped');
    const { type, status } = fields(condition, 'type', 'status');
    if (status === 'Unknown' || (status === 'False' && type !== 'Stopped')) isReady = false;
    if (status !== 'True' && type !== 'Stopped') message += describe(condition, index + 1);
  }
  if (isReady) return healthy('InferenceService is healthy.');
  const isUnderWay = transition === 'UpToDate' || transition === 'InProgress';
  return isUnderWay ? progressing(message) : degraded(message);
};
