import { CapstanError } from '@capstan/errors';
import type { ASTNode, Environment } from '@marcbachmann/cel-js';

/** How often the conditions and results of `all`, `exists`, `filter` and `map` are computed in one evaluation. */
const MAX_STEPS = 1_000_000;

/** The functions that count them, by the loop; no expression of a user's may call them. */
const counters: ReadonlyMap<string, string> = new Map([
  ['all', 'capstanStepOfAll'],
  ['exists', 'capstanStepOfExists'],
  ['exists_one', 'capstanStep'],
  ['filter', 'capstanStep'],
  ['map', 'capstanStep'],
]);

let left = MAX_STEPS;

/** Begins the count of an evaluation. */
export function beginSteps(): void {
  left = MAX_STEPS;
}

/** Throws EXPRESSION_TOO_EXPENSIVE where the evaluation took more steps than it may. */
export function checkSteps(): void {
  if (left < 0)
    throw new CapstanError('EXPRESSION_TOO_EXPENSIVE', `a CEL expression takes more than ${MAX_STEPS} steps`);
}

/**
 * Adds the counters. They give their argument back; when the steps are used up they end their loop: by what it looks for
 * in those that go on after an error, by an error in others.
 */
export function withCounters(environment: Environment): Environment {
  return environment
    .registerFunction('capstanStepOfAll(dyn): dyn', (value: unknown) => (--left < 0 ? false : value))
    .registerFunction('capstanStepOfExists(dyn): dyn', (value: unknown) => (--left < 0 ? true : value))
    .registerFunction('capstanStep(dyn): dyn', (value: unknown) => {
      left--;
      checkSteps();
      return value;
    });
}

/** An expression in which what its loops compute for each member is counted. */
export function withCountedLoops(expression: string, ast: ASTNode): string {
  const marks: { readonly at: number; readonly text: string }[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isNode(value)) {
      const counter = value.op === 'rcall' ? counters.get(value.args[0]) : undefined;
      if (counter !== undefined && value.op === 'rcall')
        for (const computed of value.args[2].slice(1))
          marks.push({ at: computed.start, text: `${counter}(` }, { at: computed.end, text: ')' });
      visit(value.args);
    }
  };
  visit(ast);
  // From the end, so that places stay; of two at one place the inner one closes first.
  return marks
    .map((mark, order) => ({ ...mark, order }))
    .sort((a, b) => b.at - a.at || (a.text === ')' ? a.order - b.order : b.order - a.order))
    .reduce((text, { at, text: mark }) => text.slice(0, at) + mark + text.slice(at), expression);
}

/** Whether a value is a node of an expression. */
export function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
