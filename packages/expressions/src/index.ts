export { compileCel, evaluate, type CelProgram, type CelResult } from './cel/index.ts';
