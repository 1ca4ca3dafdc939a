import { get, peek, text } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a Grafana: the stage that its operator has come to. */
export const grafanaHealth: Check = (object) => {
  const stageStatus = peek(object, 'status', 'stageStatus');
  if (stageStatus === undefined) return progressing('Waiting for Grafana status info');
  const stage = get(object, 'status', 'stage');
  if (stageStatus === 'failed') return degraded(text`Failed at stage ${stage}`);
  return stage === 'complete' && stageStatus === 'success' ? healthy() : progressing(stage);
};
