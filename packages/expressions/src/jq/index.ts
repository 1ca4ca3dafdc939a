export { MAX_JQ_CALL_DEPTH, MAX_JQ_STEPS } from './run.ts';
export { MAX_JQ_NESTING } from './parser.ts';
export {
  compileJq,
  compileJqDeletion,
  deletePaths,
  evaluateJq,
  MAX_JQ_LENGTH,
  MAX_JQ_OUTPUTS,
  type JqOptions,
  type JqProgram,
} from './jq.ts';
