import type { RuleLanguages } from '@capstan/diff';
import { compileJqDeletion, deletePaths } from '@capstan/expressions';
import { matchesGlob } from '@capstan/expressions/glob';

/**
 * Most steps of one jq deletion on one object. It runs beside everything else, so it may take some milliseconds at most;
 * what people write takes some hundred steps (docs/adr/0008).
 */
const MAX_STEPS = 100_000;

/** The languages that rules about ignored fields are written in: Argo CD's globs, and jq. */
export const ruleLanguages: RuleLanguages = {
  deletion: (expression) => {
    const program = compileJqDeletion(expression);
    return (document) => deletePaths(program, document, { maxSteps: MAX_STEPS });
  },
  matches: (pattern, text) => matchesGlob(pattern, text),
};
