export type { ActionInput, ActionOperation, ResourceAction } from './action-set.ts';
export { discoverBuiltInActions, kindsWithActions, runBuiltInAction } from './built-in-actions.ts';
