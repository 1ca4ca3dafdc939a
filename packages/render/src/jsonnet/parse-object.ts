import type { Assertion, Bind, Field, Node, Visibility } from './ast.ts';
import type { Parser } from './parser.ts';
import { syntaxProblem } from './problem.ts';

/** The inside of an object, after its opening brace, which stands at `start`. Throws RENDER_INVALID. */
export function parseObjectInside(parser: Parser, start: number): Node {
  const fields: Field[] = [];
  const locals: Bind[] = [];
  const assertions: Assertion[] = [];
  while (parser.take('}') === undefined) {
    const token = parser.peek();
    if (parser.take('local') !== undefined) addLocal(parser, locals);
    else if (parser.take('assert') !== undefined) assertions.push(parser.assertion(token.start));
    else fields.push(field(parser));
    const comma = parser.take(',') !== undefined;
    const next = parser.peek();
    if (next.kind === 'keyword' && next.text === 'for')
      return comprehension(parser, start, { fields, locals, assertions });
    if (comma) continue;
    parser.expect('}');
    break;
  }
  refuseDuplicates(fields);
  return { kind: 'object', object: { fields, locals, assertions }, place: parser.placeFrom(start) };
}

function addLocal(parser: Parser, locals: Bind[]): void {
  const bind = parser.bind();
  if (locals.some(({ name }) => name === bind.name))
    throw syntaxProblem(`Duplicate local var: ${bind.name}`, bind.place);
  locals.push(bind);
}

function refuseDuplicates(fields: readonly Field[]): void {
  const seen = new Set<string>();
  for (const { name, isComputed } of fields) {
    if (isComputed || name.kind !== 'string') continue;
    if (seen.has(name.value)) throw syntaxProblem(`Duplicate field: ${name.value}`, name.place);
    seen.add(name.value);
  }
}

function field(parser: Parser): Field {
  const { name, isComputed } = fieldName(parser);
  const isMethod = parser.take('(') !== undefined;
  const parameters = isMethod ? parser.parameters() : undefined;
  const { adds, visibility } = fieldOperator(parser);
  if (isMethod && adds) throw syntaxProblem('Cannot use +: syntax sugar with a method', name.place);
  const body = parser.expression();
  const value: Node =
    parameters === undefined ? body : { kind: 'function', parameters, body, place: parser.placeFrom(name.place.start) };
  return { name, isComputed, adds, visibility, value };
}

function fieldName(parser: Parser): { readonly name: Node; readonly isComputed: boolean } {
  const token = parser.peek();
  const place = { file: parser.source, start: token.start, end: token.end };
  if (token.kind === 'identifier' || token.kind === 'string' || token.kind === 'block') {
    parser.pop();
    return { name: { kind: 'string', value: token.text, place }, isComputed: false };
  }
  if (parser.take('[') === undefined) parser.unexpected(token, 'Expected a field');
  const name = parser.expression();
  parser.expect(']');
  return { name, isComputed: true };
}

function fieldOperator(parser: Parser): { readonly adds: boolean; readonly visibility: Visibility } {
  const token = parser.peek();
  const found = token.kind === 'operator' ? /^(\+?)(:{1,3})$/.exec(token.text) : null;
  if (found === null) parser.unexpected(token, 'Expected one of :, ::, :::, +:, +::, +:::,');
  parser.pop();
  const [, plus, colons] = found;
  const visibility = colons === ':' ? 'inherit' : colons === '::' ? 'hidden' : 'forced';
  return { adds: plus === '+', visibility };
}

function comprehension(
  parser: Parser,
  start: number,
  {
    fields,
    locals,
    assertions,
  }: { readonly fields: readonly Field[]; readonly locals: readonly Bind[]; readonly assertions: readonly Assertion[] },
): Node {
  const [only] = fields;
  const place = parser.placeFrom(start);
  if (only === undefined || fields.length > 1)
    throw syntaxProblem('Object comprehension can only have one field.', place);
  if (assertions.length > 0) throw syntaxProblem('Object comprehension cannot have asserts.', place);
  if (only.visibility !== 'inherit') throw syntaxProblem('Object comprehensions cannot have hidden fields.', place);
  if (!only.isComputed) throw syntaxProblem('Object comprehensions can only have [e] fields.', place);
  const clauses = parser.clauses();
  parser.expect('}');
  return { kind: 'object-comprehension', field: only, locals, clauses, place: parser.placeFrom(start) };
}
