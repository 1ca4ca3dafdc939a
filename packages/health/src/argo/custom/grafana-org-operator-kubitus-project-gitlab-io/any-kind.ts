import { firstCondition, on, when } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of every kind of grafana-org-operator.kubitus-project.gitlab.io. */
export const anyKindHealth: Check = firstCondition(
  [on('Ready', 'False', 'Degraded'), on('Ready', 'True', 'Healthy'), when({ type: 'Ready' }, 'Progressing')],
  progressing('Waiting ...'),
);
