import { compileGlob, matchesGlob } from '@capstan/expressions/glob';

/** Whether a pattern of a project denies what it names. */
export function isDenyPattern(pattern: string): boolean {
  return pattern.startsWith('!');
}

/**
 * Matches a pattern of a project. With `negation`, one that begins with `!` matches what the rest of it does not; where
 * that rest cannot be read, it matches nothing, so that it denies. Argo CD lets it match everything.
 */
export function matchesPattern(
  pattern: string,
  text: string,
  { negation = false, separators = '' }: { readonly negation?: boolean; readonly separators?: string } = {},
): boolean {
  if (negation && isDenyPattern(pattern)) {
    const denied = compileGlob(pattern.slice(1), separators);
    return denied !== undefined && !denied(text);
  }
  return pattern === '*' || matchesGlob(pattern, text, separators);
}
