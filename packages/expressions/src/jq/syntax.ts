import type { JsonValue } from '@capstan/object';

/** A jq expression as it was read. */
export type Query =
  | { readonly kind: 'identity' }
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'text'; readonly parts: readonly (string | Query)[]; readonly format: string | undefined }
  | { readonly kind: 'format'; readonly name: string }
  | { readonly kind: 'index'; readonly of: Query; readonly key: Query }
  | { readonly kind: 'slice'; readonly of: Query; readonly from: Query | undefined; readonly to: Query | undefined }
  | { readonly kind: 'iterate'; readonly of: Query }
  | { readonly kind: 'try'; readonly body: Query; readonly handler: Query | undefined }
  | { readonly kind: 'pipe'; readonly steps: readonly Query[] }
  | { readonly kind: 'comma'; readonly items: readonly Query[] }
  | { readonly kind: 'alternative'; readonly left: Query; readonly right: Query }
  | { readonly kind: 'operator'; readonly operator: BinaryOperator; readonly left: Query; readonly right: Query }
  | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly left: Query; readonly right: Query }
  | { readonly kind: 'update'; readonly operator: UpdateOperator; readonly path: Query; readonly value: Query }
  | { readonly kind: 'sign'; readonly operator: '+' | '-'; readonly of: Query }
  | { readonly kind: 'if'; readonly test: Query; readonly then: Query; readonly otherwise: Query | undefined }
  | { readonly kind: 'array'; readonly of: Query | undefined }
  | { readonly kind: 'object'; readonly entries: readonly ObjectEntry[] }
  | { readonly kind: 'bind'; readonly source: Query; readonly patterns: readonly Pattern[]; readonly body: Query }
  | {
      readonly kind: 'reduce';
      readonly source: Query;
      readonly pattern: Pattern;
      readonly start: Query;
      readonly update: Query;
    }
  | {
      readonly kind: 'foreach';
      readonly source: Query;
      readonly pattern: Pattern;
      readonly start: Query;
      readonly update: Query;
      readonly extract: Query | undefined;
    }
  | { readonly kind: 'label'; readonly name: string; readonly body: Query }
  | { readonly kind: 'break'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Query[] }
  | { readonly kind: 'define'; readonly definition: Definition; readonly body: Query };

/** Operators on two values. */
export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=';

/** Operators that write to paths; `//=` and the arithmetic ones combine the old value with the new one. */
export type UpdateOperator = '=' | '|=' | '//=' | '+=' | '-=' | '*=' | '/=' | '%=';

/** One `key: value` of an object under construction. */
export interface ObjectEntry {
  readonly key: Query;
  /** Absent in `{name}`, `{$name}` and `{"name"}`. */
  readonly value: Query | undefined;
}

/** What stands after `as`. */
export type Pattern =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'array'; readonly items: readonly Pattern[] }
  | { readonly kind: 'object'; readonly entries: readonly PatternEntry[] };

/** One `key: pattern` of an object pattern; `variable` is bound to the value itself. */
export interface PatternEntry {
  readonly key: Query;
  readonly variable: string | undefined;
  readonly pattern: Pattern | undefined;
}

/** `def name(parameters): body;` — a parameter that begins with `$` is bound to a value too. */
export interface Definition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Query;
}
