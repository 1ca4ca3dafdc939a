import { CapstanError } from '@capstan/errors';

/** A stretch of a source text: offsets in UTF-16 units, the end not included. */
export interface Place {
  readonly file: SourceText;
  readonly start: number;
  readonly end: number;
}

/** A text that places refer to, under the name that messages give it. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
}

/** A place as go-jsonnet prints it: `file:line:column-column`, the last column not included. */
export function placeText({ file, start, end }: Place): string {
  const from = lineAndColumn(file.text, start);
  const to = lineAndColumn(file.text, end);
  if (from.line !== to.line) return `${file.name}:(${from.line}:${from.column})-(${to.line}:${to.column})`;
  const last = to.column > from.column + 1 || end > start ? `-${to.column}` : '';
  return `${file.name}:${from.line}:${from.column}${last}`;
}

function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (const letter of before) if (letter === '\n') line++;
  return { line, column: [...before.slice(lineStart)].length + 1 };
}

/** A program that cannot be read. */
export function syntaxProblem(message: string, place: Place): CapstanError<'RENDER_INVALID'> {
  return new CapstanError('RENDER_INVALID', `${placeText(place)} ${message}`, { data: { path: place.file.name } });
}

/** A program that fails while it runs. */
export function runtimeProblem(message: string, place?: Place): CapstanError<'RENDER_INVALID'> {
  const where = place === undefined ? '' : `\n\t${placeText(place)}`;
  return new CapstanError('RENDER_INVALID', `RUNTIME ERROR: ${message}${where}`, {
    data: place === undefined ? {} : { path: place.file.name },
  });
}

/** A program that asks for more than it may have. */
export function limitProblem(message: string, place?: Place): CapstanError<'RENDER_LIMIT'> {
  const where = place === undefined ? '' : `\n\t${placeText(place)}`;
  return new CapstanError('RENDER_LIMIT', `RUNTIME ERROR: ${message}${where}`);
}
