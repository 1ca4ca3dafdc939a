import { get, isTrue } from '../value.ts';
import { degraded, healthy, progressing, withStatus, type Check } from '../verdict.ts';

/** Health of a GrafanaDatasource: whether some Grafana has taken it. */
export const grafanaDatasourceHealth: Check = withStatus(progressing(), (object) => {
  if (get(object, 'status', 'uid') === '') return progressing();
  const isUnmatched = isTrue(get(object, 'status', 'NoMatchingInstances'));
  return isUnmatched ? degraded("can't find matching grafana instance") : healthy();
});
