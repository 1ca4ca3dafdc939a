import { matches } from '../conditions.ts';
import { fields, get, isTrue, list, or, text } from '../value.ts';
import { degraded, healthy, progressing, unknown, type Check } from '../verdict.ts';

const waiting = unknown('Waiting for GameServer to be ready');

/** Health of a GameServer of OpenKruise: ready as desired, with its pod. */
export const gameServerHealth: Check = (object) => {
  const status = get(object, 'status');
  if (!isTrue(status)) return waiting;
  const { currentState, desiredState } = fields(status, 'currentState', 'desiredState');
  if (currentState !== desiredState) {
    return progressing(text`State change: ${or(currentState, 'Unknown')} → ${or(desiredState, 'Unknown')}`);
  }
  const pod = or(get(status, 'podStatus'), {});
  const conditions = list(or(get(pod, 'conditions'), []));
  if (conditions.some((one) => matches(one, { type: 'KruisePodReady', status: { not: 'True' } }))) {
    return degraded('Pod is not ready: KruisePodReady');
  }
  return currentState === 'Ready' ? healthy('GameServer is Ready') : waiting;
};
