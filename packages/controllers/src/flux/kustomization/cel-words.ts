import type { CelProgram } from '@capstan/expressions';
import { isCapstanError, type CapstanError } from '@capstan/errors';
import type { JsonValue } from '@capstan/object';

/** What a failed expression says of itself, without what stands before it elsewhere. */
export function celProblem(error: CapstanError): string {
  const problem = error.data['problem'];
  return typeof problem === 'string' ? problem : error.message;
}

/** A boolean expression's value, or why it has none, in the words of fluxcd/pkg/runtime/cel. */
export function booleanOf(
  program: CelProgram,
  expression: string,
  bindings: Readonly<Record<string, JsonValue>>,
): { readonly value: boolean; readonly problem?: undefined } | { readonly problem: string } {
  let value: JsonValue;
  try {
    value = program.evaluate(bindings);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return { problem: `failed to evaluate the CEL expression '${expression}': ${celProblem(error)}` };
  }
  if (typeof value !== 'boolean') return { problem: `failed to evaluate CEL expression as boolean: '${expression}'` };
  return { value };
}
