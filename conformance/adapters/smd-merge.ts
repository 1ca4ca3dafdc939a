import {
  anyElement,
  applyConfig,
  asTyped,
  deducedType,
  extractItems,
  FieldSet,
  formatConflicts,
  formatPath,
  mergeTyped,
  updateManagers,
  type Conflict,
  type Converter,
  type FieldFilter,
  type Managers,
  type PathPattern,
  type SchemaType,
  type TypedOptions,
  type TypedValue,
} from '@capstan/object/merge';
import { isJsonObject, setKey, type JsonObject, type JsonValue } from '@capstan/object';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { expectEqual, failed, passed } from '../expect.ts';
import { pathOf, schemaOf, setOf, sorted, valueOf } from './smd-values.ts';

const pathsSchema = z.array(z.array(z.string()));
const write = { manager: z.string(), apiVersion: z.string(), object: z.string() };
const parserSchema = z.object({
  schema: z.string().optional(),
  type: z.string().optional(),
  typeFromApiVersion: z.boolean().optional(),
  deduced: z.boolean().optional(),
});

const caseSchema = z.object({
  schemas: z.record(z.string(), parserSchema),
  parser: z.string(),
  converter: z.enum(['none', 'repeatingConverter', 'renamingConverter', 'reliantFieldsConverter']),
  ops: z.array(
    z.discriminatedUnion('op', [
      z.object({
        op: z.literal('Apply'),
        ...write,
        conflicts: z.array(z.object({ manager: z.string(), path: z.array(z.string()) })).optional(),
      }),
      z.object({ op: z.literal('ForceApply'), ...write }),
      z.object({ op: z.literal('Update'), ...write }),
      z.object({ op: z.literal('ExtractApply'), ...write }),
      z.object({ op: z.literal('ChangeParser'), parser: z.string() }),
    ]),
  ),
  object: z.string().optional(),
  apiVersion: z.string().optional(),
  managed: z.record(z.string(), z.object({ fields: pathsSchema, apiVersion: z.string() })).optional(),
  ignoreFilter: z
    .record(z.string(), z.object({ exclude: pathsSchema.optional(), include: pathsSchema.optional() }))
    .optional(),
  ignoredFields: z.record(z.string(), pathsSchema).optional(),
  expectError: z.boolean().optional(),
});

type Case = z.infer<typeof caseSchema>;
type Operation = Case['ops'][number];
type Parser = (apiVersion: string) => SchemaType;

/** structured-merge-diff's scenarios: updates and applies, one after the other, and who owns what in the end. */
export const smdMerge: Corpus = { name: 'smd-merge', run: (testCase) => run(caseSchema.parse(testCase)) };

function run(testCase: Case): CaseResult {
  const scenario = new Scenario(testCase);
  let failure: string | undefined;
  for (const [at, operation] of testCase.ops.entries()) {
    try {
      const detail = scenario.perform(operation);
      if (detail !== undefined) failure = `operation ${at}: ${detail}`;
    } catch (error) {
      failure = `operation ${at}: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (failure !== undefined) break;
  }
  const outcome = failure === undefined ? scenario.compare() : failed(failure);
  if (testCase.expectError !== true) return outcome;
  return outcome.outcome === 'failed' ? passed : failed('an error was expected, and there was none');
}

class Scenario {
  readonly #case: Case;
  readonly #convert: Converter;
  readonly #filters: ReadonlyMap<string, FieldFilter>;
  #parser: Parser;
  #live: TypedValue | undefined;
  #managers: Managers = new Map();

  constructor(testCase: Case) {
    this.#case = testCase;
    this.#parser = parserOf(testCase, testCase.parser);
    this.#convert = converterOf(testCase.converter, (apiVersion) => parserOf(testCase, testCase.parser)(apiVersion));
    this.#filters = filtersOf(testCase);
  }

  /** Performs an operation; a text says how it went otherwise than expected. */
  perform(operation: Operation): string | undefined {
    switch (operation.op) {
      case 'ChangeParser': {
        this.#parser = parserOf(this.#case, operation.parser);
        if (this.#live === undefined) return undefined;
        const name = this.#live.type.ref.namedType ?? '';
        this.#live = asTyped(this.#live.value, this.#parser(name));
        return undefined;
      }
      case 'Update': {
        const live = this.#liveIn(operation.apiVersion);
        const updated = this.#read(operation.object, operation.apiVersion, { allowDuplicates: true });
        const { apiVersion, manager } = operation;
        this.#managers = updateManagers(
          { live, updated, apiVersion, manager, managers: this.#managers },
          { convert: this.#convert, filterFor: (version) => this.#filters.get(version) },
        );
        this.#live = updated;
        return undefined;
      }
      case 'Apply':
        return this.#expectConflicts(operation.conflicts ?? [], this.#apply(operation, this.#config(operation), false));
      case 'ForceApply':
        return this.#expectConflicts([], this.#apply(operation, this.#config(operation), true));
      case 'ExtractApply':
        return this.#expectConflicts([], this.#apply(operation, this.#extracted(operation), true));
      default:
        return operation satisfies never;
    }
  }

  compare(): CaseResult {
    const { object, apiVersion = '', managed } = this.#case;
    if (object !== undefined && object !== '') {
      const expected = this.#read(object, apiVersion, { allowDuplicates: true }).value ?? null;
      const result = expectEqual(this.#liveIn(apiVersion).value ?? null, expected, 'object');
      if (result.outcome !== 'passed') return result;
    }
    if (managed === undefined) return passed;
    const show = (name: string, version: string, set: FieldSet) => `${name} (${version}):\n${set.toString()}`;
    const expected = Object.entries(managed).map(([name, { fields, apiVersion: version }]) =>
      show(name, version, setOf(fields)),
    );
    const actual = [...this.#managers].map(([name, { set, apiVersion: version }]) => show(name, version, set));
    return expectEqual(actual.sort(), expected.sort(), 'managers');
  }

  #apply(operation: { apiVersion: string; manager: string }, config: TypedValue, force: boolean): readonly Conflict[] {
    const live = this.#liveIn(operation.apiVersion);
    const { apiVersion, manager } = operation;
    const outcome = applyConfig(
      { live, config, apiVersion, manager, force, managers: this.#managers },
      { convert: this.#convert, filterFor: (version) => this.#filters.get(version) },
    );
    this.#live = live;
    if (outcome.kind === 'conflict') return outcome.conflicts;
    this.#managers = outcome.managers;
    this.#live = outcome.object ?? live;
    return [];
  }

  #config(operation: { object: string; apiVersion: string }): TypedValue {
    return this.#read(operation.object, operation.apiVersion);
  }

  #extracted(operation: { object: string; apiVersion: string; manager: string }): TypedValue {
    const config = this.#config(operation);
    if (this.#live === undefined) return config;
    const owned = this.#managers.get(operation.manager)?.set ?? FieldSet.empty;
    const current = this.#convert(this.#live, operation.apiVersion) ?? this.#live;
    return mergeTyped(extractItems(current, owned.leaves()), config);
  }

  #liveIn(apiVersion: string): TypedValue {
    const live = this.#live ?? asTyped(null, this.#parser(apiVersion));
    const converted = this.#convert(live, apiVersion);
    if (converted === undefined) throw new Error(`there is no version ${apiVersion}`);
    return converted;
  }

  #read(text: string, apiVersion: string, options: TypedOptions = {}): TypedValue {
    return asTyped(valueOf(text), this.#parser(apiVersion), options);
  }

  #expectConflicts(
    expected: readonly { readonly manager: string; readonly path: readonly string[] }[],
    actual: readonly Conflict[],
  ): string | undefined {
    const wanted = expected.map(({ manager, path }) => `${manager} ${formatPath(pathOf(path))}`).sort();
    const got = actual.map(({ manager, path }) => `${manager} ${formatPath(path)}`).sort();
    if (JSON.stringify(wanted) === JSON.stringify(got)) return undefined;
    return `expected the conflicts ${wanted.join(', ')}, got ${formatConflicts(actual)}`;
  }
}

function parserOf(testCase: Case, name: string): Parser {
  const parser = testCase.schemas[name];
  if (parser === undefined) throw new Error(`the case has no parser ${name}`);
  if (parser.schema === undefined) return () => deducedType;
  const schema = schemaOf(parser.schema);
  return (apiVersion) => {
    const wanted = parser.typeFromApiVersion === true ? apiVersion : (parser.type ?? '');
    const type = schema.type(wanted);
    if (type === undefined) throw new Error(`the schema has no type ${wanted}`);
    return type;
  };
}

function filtersOf(testCase: Case): ReadonlyMap<string, FieldFilter> {
  const filters = new Map<string, FieldFilter>();
  for (const [version, { exclude, include }] of Object.entries(testCase.ignoreFilter ?? {})) {
    if (exclude !== undefined) filters.set(version, { kind: 'exclude', exclude: setOf(exclude) });
    if (include !== undefined) filters.set(version, { kind: 'include', patterns: include.map(patternOf) });
  }
  for (const [version, ignored] of Object.entries(testCase.ignoredFields ?? {})) {
    filters.set(version, { kind: 'exclude', exclude: setOf(ignored) });
  }
  return filters;
}

function converterOf(name: Case['converter'], parser: Parser): Converter {
  switch (name) {
    case 'none':
      return (value) => value;
    case 'repeatingConverter':
      return (value, version) => repeatLetters(value, version, parser);
    case 'renamingConverter':
      return (value, version) => {
        const from = value.type.ref.namedType ?? '';
        return asTyped(renameFields(value.value ?? null, from, version), parser(version));
      };
    case 'reliantFieldsConverter':
      return (value, version) => swapReliantFields(value, version, parser);
    default:
      return name satisfies never;
  }
}

function patternOf(path: readonly string[]): PathPattern {
  return path.map((step) => (step === '*' ? anyElement : (pathOf([step])[0] ?? step)));
}

// Upstream does this on the sorted YAML text: it keeps the first line, then turns each indented one into its first
// letter, repeated, and stops at the next that is not indented.
function repeatLetters(value: TypedValue, version: string, parser: Parser): TypedValue | undefined {
  const times = /^v([0-9]+)$/.exec(version)?.[1];
  if (times === undefined) return undefined;
  const root = sorted(value.value ?? null);
  const [first] = isJsonObject(root) ? Object.entries(root) : [];
  if (first === undefined) return asTyped(root, parser(version));
  const [key, below] = first;
  const converted = isJsonObject(below) && Object.keys(below).length > 0 ? repeatBelow(below, Number(times)) : below;
  return asTyped({ [key]: converted }, parser(version));
}

function repeatBelow(map: JsonObject, times: number): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const [name, item] of Object.entries(map)) {
    const below = isJsonObject(item) && Object.keys(item).length > 0 ? repeatBelow(item, times) : null;
    setKey(out, name.slice(0, 1).repeat(times), below);
  }
  return out;
}

function renameFields(value: JsonValue, from: string, to: string): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => renameFields(item, from, to));
  if (!isJsonObject(value)) return value;
  const out: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) {
    setKey(out, key.endsWith(from) ? key.slice(0, key.length - from.length) + to : key, renameFields(item, from, to));
  }
  return out;
}

function swapReliantFields(value: TypedValue, version: string, parser: Parser): TypedValue | undefined {
  if (value.type.ref.namedType === version) return value;
  if (version !== 'v1' && version !== 'v2') return undefined;
  const names = ['required_field_bar', 'field_foo_rely_on_bar'] as const;
  const [from, to] = version === 'v1' ? names : ([names[1], names[0]] as const);
  const fields = isJsonObject(value.value) ? value.value : {};
  if (version === 'v1' && !Object.hasOwn(fields, from)) throw new Error('required_field_bar is missing');
  return asTyped(renameFields(value.value ?? null, from, to), parser(version));
}
