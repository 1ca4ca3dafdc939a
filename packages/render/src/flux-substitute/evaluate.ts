import { fromByteText, toByteText, type ByteText } from './byte-text.ts';
import { applyOperator, fallbackOperators, type Meter } from './operators.ts';
import { parseSubstitutions, type Part } from './parse.ts';
import { beyond, DEFAULT_SUBSTITUTE_LIMITS, problem, type SubstituteLimits } from './problem.ts';

/** What a text is evaluated with. */
export interface EvaluateOptions {
  /** Values by name. */
  readonly variables: ReadonlyMap<string, string>;
  /** Whether a variable that is not set is an error, rather than empty. */
  readonly strict: boolean;
  readonly limits?: SubstituteLimits;
}

/**
 * A text with its expressions replaced by what they come to (fluxcd/pkg/envsubst). Throws RENDER_INVALID in that
 * library's words, and RENDER_LIMIT; no message holds a value.
 */
export function evaluateSubstitutions(text: string, options: EvaluateOptions): string {
  const { variables, strict, limits = DEFAULT_SUBSTITUTE_LIMITS } = options;
  const input = toByteText(text);
  const meter = meterOf(limits);
  meter.size(input.length);
  const values = new Map([...variables].map(([name, value]) => [toByteText(name), toByteText(value)]));
  const result = evaluateParts(parseSubstitutions(input, limits), { values, strict, meter });
  const output = fromByteText(result);
  if (output === undefined) throw problem('a value was cut within a character: the result is no UTF-8');
  return output;
}

interface Scope {
  readonly values: ReadonlyMap<ByteText, ByteText>;
  readonly strict: boolean;
  readonly meter: Meter;
}

function evaluateParts(parts: readonly Part[], scope: Scope): ByteText {
  const pieces: ByteText[] = [];
  let size = 0;
  for (const part of parts) {
    const piece = evaluatePart(part, scope);
    size += piece.length;
    scope.meter.size(size);
    pieces.push(piece);
  }
  return pieces.join('');
}

function evaluatePart(part: Part, scope: Scope): ByteText {
  if (part.kind === 'text') return part.value;
  const args = part.args.map((argument) => evaluatePart(argument, scope));
  const value = scope.values.get(part.param);
  if (value === undefined && scope.strict && !fallbackOperators.has(part.operator))
    throw problem(`variable not set (strict mode): ${JSON.stringify(fromByteText(part.param) ?? part.param)}`);
  const result = applyOperator(part.operator, value ?? '', args, scope.meter);
  scope.meter.size(result.length);
  return result;
}

function meterOf({ maxBytes, maxSteps }: SubstituteLimits): Meter {
  let steps = 0;
  return {
    take: (count = 1) => {
      steps += count;
      if (steps > maxSteps) throw beyond('maxSteps', maxSteps);
    },
    size: (bytes) => {
      if (bytes > maxBytes) throw beyond('maxBytes', maxBytes);
    },
  };
}
