import { CapstanError } from '@capstan/errors';

/** What a substitution may take; beyond it throws RENDER_LIMIT. */
export interface SubstituteLimits {
  /** Expressions within expressions. */
  readonly maxDepth: number;
  /** Bytes of one text, before and after, and of any value on the way. */
  readonly maxBytes: number;
  /** Steps of matching patterns in one text. */
  readonly maxSteps: number;
}

/** The limits of a substitution that is given none. */
export const DEFAULT_SUBSTITUTE_LIMITS: SubstituteLimits = {
  maxDepth: 100,
  maxBytes: 32 * 1024 * 1024,
  maxSteps: 20_000_000,
};

/** An expression that cannot be read or computed, in the words of Flux's library. */
export function problem(message: string): CapstanError {
  return new CapstanError('RENDER_INVALID', message);
}

/** A limit that was reached. */
export function beyond(limit: keyof SubstituteLimits, most: number): CapstanError {
  const what = { maxDepth: 'expressions within each other', maxBytes: 'bytes', maxSteps: 'steps of matching' }[limit];
  return new CapstanError('RENDER_LIMIT', `a substitution takes more than ${most} ${what}`, { data: { limit } });
}
