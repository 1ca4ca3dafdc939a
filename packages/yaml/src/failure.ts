import { CapstanError } from '@capstan/errors';

/** Where in a text something is wrong; lines and columns from 1. */
export interface Place {
  readonly source: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** Text that is not YAML, or not YAML that has a JSON form. */
export function invalid(problem: string, place: Place): CapstanError<'YAML_INVALID'> {
  return new CapstanError('YAML_INVALID', `${where(place)}: ${problem}`, { data: dataOf(place) });
}

/** A text beyond a limit. */
export function beyondLimit(problem: string, place: Place): CapstanError<'YAML_LIMIT'> {
  return new CapstanError('YAML_LIMIT', `${where(place)}: ${problem}`, { data: dataOf(place) });
}

function where({ source, line, column }: Place): string {
  return `${source ?? 'yaml'}: line ${String(line)}, column ${String(column)}`;
}

function dataOf({ source, line, column }: Place): { file?: string; line: number; column: number } {
  return { ...(source === undefined ? {} : { file: source }), line, column };
}
