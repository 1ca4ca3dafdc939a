import { fields, get } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a KeptnMetric: a value without an error. */
export const keptnMetricHealth: Check = (object) => {
  const { errMsg, value } = fields(get(object, 'status'), 'errMsg', 'value');
  if (errMsg !== undefined && errMsg !== '') return degraded('KeptnMetric is degraded');
  return value === undefined ? progressing('KeptnMetric is progressing') : healthy('KeptnMetric is healthy');
};
