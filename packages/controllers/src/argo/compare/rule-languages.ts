import type { RuleLanguages } from '@capstan/diff';
import { CapstanError } from '@capstan/errors';
import { matchesGlob } from '@capstan/expressions/glob';

/** The languages that rules about ignored fields are written in: Argo CD's globs, and jq. */
export const ruleLanguages: RuleLanguages = {
  deletion: (expression) => {
    throw new CapstanError('EXPRESSION_INVALID', `the jq expression ${expression} is not honoured yet`);
  },
  matches: (pattern, text) => matchesGlob(pattern, text),
};
