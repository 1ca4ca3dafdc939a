import { CapstanError } from '@capstan/errors';

/** A place where a value does not fit its schema. `path` is empty for the whole value. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** How many violations a message names before it only counts them. */
const MAX_NAMED = 20;

/** Throws SCHEMA_VIOLATION when there are violations; `what` opens the message, which goes on as Kubernetes'. */
export function throwViolations(violations: readonly Violation[], what: string): void {
  if (violations.length === 0) return;
  const named = violations
    .slice(0, MAX_NAMED)
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const more = violations.length > MAX_NAMED ? [`and ${violations.length - MAX_NAMED} more`] : [];
  const text = named.length === 1 ? named[0] : ['errors:', ...named, ...more].join('\n  ');
  throw new CapstanError('SCHEMA_VIOLATION', `${what}: ${text ?? ''}`, {
    data: { paths: violations.slice(0, MAX_NAMED).map(({ path }) => path) },
  });
}

/** The violation of a reference to a type that the schema lacks, or of a type without any shape. */
export function schemaFault(typeName: string | undefined): Violation {
  return { path: '', message: `the schema has no type for it (${typeName ?? 'inlined'})` };
}
