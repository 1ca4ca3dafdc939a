export type { Cause, Change, ChangeSet, Difference, Strategy, Verdict } from './change-set.ts';
