// The lexical side of constraints, scanned by hand: linear, whatever the input.

/** Longest first, so that `>=` is not read as `>`. */
const OPERATORS = ['!=', '>=', '=>', '<=', '=<', '~>', '=', '>', '<', '~', '^'] as const;

/** The index after blanks (as Go's regular expressions know them) that begin at `at`. */
export function skipBlanks(text: string, at: number): number {
  let end = at;
  while (end < text.length && '\t\n\f\r '.includes(text[end] ?? '')) end++;
  return end;
}

/** The comparator that begins at `at`, without blanks before it; undefined when there is none. */
export function comparatorAt(
  text: string,
  at: number,
): { readonly operator: string; readonly operand: string; readonly end: number } | undefined {
  const operator = OPERATORS.find((candidate) => text.startsWith(candidate, at)) ?? '';
  const start = skipBlanks(text, at + operator.length);
  const end = operandEnd(text, start);
  return end === undefined ? undefined : { operator, operand: text.slice(start, end), end };
}

/** The end of the version, with wildcards, that begins at `at`; undefined when there is none. */
function operandEnd(text: string, at: number): number | undefined {
  const start = text[at] === 'v' ? at + 1 : at;
  let end = run(text, start, isSegment);
  if (end === start) return undefined;
  for (let segment = 0; segment < 2 && text[end] === '.'; segment++) {
    const next = run(text, end + 1, isSegment);
    if (next === end + 1) break;
    end = next;
  }
  end = text[end] === '-' ? identifiersEnd(text, end) : end;
  return text[end] === '+' ? identifiersEnd(text, end) : end;
}

/** The end of dotted identifiers after the sign at `at`; `at` itself when none follow. */
function identifiersEnd(text: string, at: number): number {
  let end = run(text, at + 1, isIdentifier);
  if (end === at + 1) return at;
  while (text[end] === '.') {
    const next = run(text, end + 1, isIdentifier);
    if (next === end + 1) break;
    end = next;
  }
  return end;
}

function run(text: string, at: number, accepts: (character: string) => boolean): number {
  let end = at;
  while (end < text.length && accepts(text[end] ?? '')) end++;
  return end;
}

function isSegment(character: string): boolean {
  return (character >= '0' && character <= '9') || 'xX*|'.includes(character);
}

function isIdentifier(character: string): boolean {
  return /[0-9A-Za-z-]/.test(character);
}

/** Writes each `a - b` as `>= a, <= b `, as upstream does before it reads a constraint. */
export function rewriteHyphenRanges(text: string): string {
  let out = '';
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const found = hyphenRangeAt(text, at);
    if (found === undefined) continue;
    out += `${text.slice(copied, at)}>= ${found.from}, <= ${found.to} `;
    copied = found.end;
    at = found.end - 1;
  }
  return out + text.slice(copied);
}

function hyphenRangeAt(
  text: string,
  at: number,
): { readonly from: string; readonly to: string; readonly end: number } | undefined {
  const start = skipBlanks(text, at);
  const fromEnd = operandEnd(text, start);
  if (fromEnd === undefined) return undefined;
  const dash = skipBlanks(text, fromEnd);
  if (dash === fromEnd || text[dash] !== '-') return undefined;
  const toStart = skipBlanks(text, dash + 1);
  const toEnd = toStart === dash + 1 ? undefined : operandEnd(text, toStart);
  if (toEnd === undefined) return undefined;
  return { from: text.slice(start, fromEnd), to: text.slice(toStart, toEnd), end: skipBlanks(text, toEnd) };
}
