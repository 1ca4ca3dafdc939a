export { compileCel, evaluate, type CelProgram, type CelResult } from './cel/index.ts';
export { compileJq, compileJqDeletion, deletePaths, evaluateJq, type JqOptions, type JqProgram } from './jq/index.ts';
