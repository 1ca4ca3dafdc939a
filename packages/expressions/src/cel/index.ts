export { celTypeOf, compileCel, evaluate, type CelProgram, type CelResult } from './cel.ts';
