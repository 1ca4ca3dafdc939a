import type { GroupChecks } from '../verdict.ts';
import { argoCdCommitStatusHealth } from './argo-cd-commit-status.ts';
import { changeTransferPolicyHealth } from './change-transfer-policy.ts';
import { clusterScmProviderHealth } from './cluster-scm-provider.ts';
import { commitStatusHealth } from './commit-status.ts';
import { gitCommitStatusHealth } from './git-commit-status.ts';
import { gitRepositoryHealth } from './git-repository.ts';
import { promotionStrategyHealth } from './promotion-strategy.ts';
import { pullRequestHealth } from './pull-request.ts';
import { scmProviderHealth } from './scm-provider.ts';
import { timedCommitStatusHealth } from './timed-commit-status.ts';
import { webRequestCommitStatusHealth } from './web-request-commit-status.ts';

/** The health checks of promoter.argoproj.io. */
export const promoterArgoprojIoChecks: GroupChecks = {
  group: 'promoter.argoproj.io',
  kinds: {
    ArgoCDCommitStatus: argoCdCommitStatusHealth,
    ChangeTransferPolicy: changeTransferPolicyHealth,
    ClusterScmProvider: clusterScmProviderHealth,
    CommitStatus: commitStatusHealth,
    GitCommitStatus: gitCommitStatusHealth,
    GitRepository: gitRepositoryHealth,
    PromotionStrategy: promotionStrategyHealth,
    PullRequest: pullRequestHealth,
    ScmProvider: scmProviderHealth,
    TimedCommitStatus: timedCommitStatusHealth,
    WebRequestCommitStatus: webRequestCommitStatusHealth,
  },
};
