export { compileGlob, matchesGlob, type Glob } from './glob.ts';
export { matchesPathPattern } from './path-pattern.ts';
