export { discoverActions, planAction, type ActionContext } from './resource-actions.ts';
export { ACTION_MANAGER, runOperations, type ActionPlace } from './run-operations.ts';
