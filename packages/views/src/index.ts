export { isSettled, type AppView, type Dialect, type SyncCode } from './app-view.ts';
export { isAutomated } from './argo-app.ts';
export { conditionOf, conditionsOf, type ConditionView } from './condition.ts';
export { mappingsAt, numberAt, textAt } from './fields.ts';
export type { ClosedWindows, ProjectEvidence, SyncWindowView } from './project-reasons.ts';
export { reasonsOf, type AppEvidence, type Reason } from './reasons.ts';
export { resourcesOf, type AppResource } from './resources.ts';
export { appTree, nodesOf, type TreeNode } from './tree.ts';
export { appKinds, shortRevision, viewOf } from './view-of.ts';
