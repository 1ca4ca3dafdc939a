import type { GroupChecks } from '../verdict.ts';
import { anyKindHealth } from './any-kind.ts';

/** The health checks of grafana-org-operator.kubitus-project.gitlab.io. */
export const grafanaOrgOperatorKubitusProjectGitlabIoChecks: GroupChecks = {
  group: 'grafana-org-operator.kubitus-project.gitlab.io',
  kinds: {
    '*': anyKindHealth,
  },
};
