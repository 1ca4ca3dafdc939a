export { isRefOnly, refProblem, sourcesOf, sourceTitle, type SourceSet } from './source-set.ts';
