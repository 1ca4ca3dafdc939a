export { MAX_LUA_CALL_DEPTH, MAX_LUA_STEPS, type LuaWorld } from './machine.ts';
export { MAX_LUA_NESTING } from './parser.ts';
export { MAX_LUA_LENGTH, type LuaOptions } from './run-script.ts';
export {
  runActionDiscovery,
  runActionScript,
  runHealthScript,
  type ScriptedAction,
  type ScriptedHealth,
  type ScriptedOperation,
  type ScriptedParameter,
} from './resource-scripts.ts';
