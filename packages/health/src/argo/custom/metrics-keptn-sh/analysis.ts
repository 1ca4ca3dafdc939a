import { fields, get } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a Keptn Analysis: passed, passed with warnings, or not. */
export const analysisHealth: Check = (object) => {
  const { pass, warning } = fields(get(object, 'status'), 'pass', 'warning');
  if (pass === true) return healthy('Analysis is healthy');
  if (warning === true) return healthy('Analysis is healthy with warnings');
  return pass === false ? degraded('Analysis is degraded') : progressing('Analysis is progressing');
};
