export { evaluateSubstitutions, type EvaluateOptions } from './evaluate.ts';
export { parseSubstitutions, type Part } from './parse.ts';
export { DEFAULT_SUBSTITUTE_LIMITS, type SubstituteLimits } from './problem.ts';
export {
  checkVariableNames,
  isSubstitutionDisabled,
  SUBSTITUTE_MARK,
  substituteInObject,
} from './substitute-object.ts';
