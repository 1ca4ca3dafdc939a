export { celTypeOf, compileCel, evaluate, type CelProgram, type CelResult } from './cel/index.ts';
export { compileJq, compileJqDeletion, deletePaths, evaluateJq, type JqOptions, type JqProgram } from './jq/index.ts';
export {
  runActionDiscovery,
  runActionScript,
  runHealthScript,
  type LuaOptions,
  type LuaWorld,
  type ScriptedAction,
  type ScriptedHealth,
  type ScriptedOperation,
  type ScriptedParameter,
} from './lua/index.ts';
