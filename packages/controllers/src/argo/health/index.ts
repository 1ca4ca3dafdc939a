export { HealthJudge, type Judge } from './judge.ts';
