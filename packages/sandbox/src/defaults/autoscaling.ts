import type { JsonValue } from '@capstan/object';
import { child, ensureChild, hasItems, setDefault, type Draft } from './draft.ts';

const CPU_PERCENT = 80;
const PERIOD_SECONDS = 15;
const PERCENT: JsonValue = { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS };
const PODS: JsonValue = { type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS };

export function defaultAutoscaler(autoscaler: Draft): void {
  const spec = ensureChild(autoscaler, 'spec');
  setDefault(spec, 'minReplicas', 1);
  if (!hasItems(spec, 'metrics')) {
    const target = { type: 'Utilization', averageUtilization: CPU_PERCENT };
    spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  const behavior = child(spec, 'behavior');
  if (behavior === undefined) return;
  const up = ensureChild(behavior, 'scaleUp');
  setDefault(up, 'stabilizationWindowSeconds', 0);
  setDefault(up, 'selectPolicy', 'Max');
  setDefault(up, 'policies', [PODS, PERCENT]);
  const down = ensureChild(behavior, 'scaleDown');
  setDefault(down, 'selectPolicy', 'Max');
  setDefault(down, 'policies', [PERCENT]);
}

export function defaultAutoscalerV1(autoscaler: Draft): void {
  const spec = ensureChild(autoscaler, 'spec');
  setDefault(spec, 'minReplicas', 1);
  setDefault(spec, 'targetCPUUtilizationPercentage', CPU_PERCENT);
}
