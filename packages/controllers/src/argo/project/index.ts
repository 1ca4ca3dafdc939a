export { isDestinationPermitted } from './destinations.ts';
export { isKindPermitted, isObjectPermitted } from './kinds.ts';
export { readLabelSelector, type LabelSelector } from './label-selector.ts';
export { isIgnoredOrphan } from './orphaned-resources.ts';
export { isDenyPattern, matchesPattern } from './patterns.ts';
export type { ProjectProblem } from './project-problem.ts';
export { isAmongClusters, type ClusterNames, type ProjectDestination, type ProjectSpec } from './project-spec.ts';
export { groupProblem, isValidAction, isValidPolicyObject, policyProblem, roleNameProblem } from './roles.ts';
export { parseSchedule, type Schedule } from './schedule.ts';
export { serviceAccountOf, serviceAccountsProblem, type SyncIdentity } from './service-accounts.ts';
export { effectiveSourceIntegrity, type SourceIntegrity } from './source-integrity.ts';
export { isInNameList, isNamespacePermitted } from './source-namespaces.ts';
export { isSourcePermitted } from './sources.ts';
export {
  allManual,
  allowsOverrun,
  blockingWindows,
  canSync,
  closedAllows,
  denies,
  nextChange,
  openWindows,
  type NextChange,
  type WindowQuestion,
} from './sync-windows.ts';
export { isTimeZone, zoneOffset } from './time-zone.ts';
export { projectFault } from './validate-project.ts';
export { windowProblem, windowsProblem } from './validate-windows.ts';
export { virtualProject, type ProjectScope, type ScopedCluster } from './virtual-project.ts';
export { matchingWindows, type WindowSubject } from './window-matches.ts';
export { isOpen, nextEdge, type SyncWindow } from './window-times.ts';
