import { conditionsInTurn, on, ownOr, type Say } from '../conditions.ts';
import { get, or, text } from '../value.ts';
import { healthy, type Check } from '../verdict.ts';

const explain: Say = (condition) => {
  const why = or(get(condition, 'reason'), '');
  const message = or(get(condition, 'message'), 'DatadogMetric reported an error');
  return why === '' ? message : text`${why}: ${message}`;
};

/** Health of a DatadogMetric of datadoghq.com. */
export const datadogMetricHealth: Check = conditionsInTurn(
  [[on('Error', 'True', 'Degraded', explain)], [on('Valid', 'False', 'Degraded', ownOr('DatadogMetric is not valid'))]],
  healthy('DatadogMetric is healthy'),
);
