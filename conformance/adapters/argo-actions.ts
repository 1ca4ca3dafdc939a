import { clientSideSides } from '@capstan/diff';
import { isCapstanError } from '@capstan/errors';
import { discoverBuiltInActions, runBuiltInAction, type ActionOperation } from '@capstan/health';
import {
  getKey,
  gvkOf,
  isJsonObject,
  setKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { allOf, expectEqual, failed } from '../expect.ts';
import { builtinRules } from './builtin-kinds.ts';
import { asKubernetesObject, looseObject } from './loose-object.ts';

const NOW = new Date('2026-01-15T12:30:20Z');

const json = z.custom<JsonValue>(() => true);
const change = z.strictObject({
  op: z.enum(['set', 'merge', 'setWhere']),
  path: z.array(z.string()),
  value: json,
  where: z.record(z.string(), z.string()).optional(),
  field: z.string().optional(),
});
const schema = z.looseObject({
  type: z.enum(['discovery', 'action']),
  object: looseObject,
  action: z.string().default(''),
  parameters: z.record(z.string(), z.string()).nullish(),
  expected: z.strictObject({
    actions: z.array(z.looseObject({ name: z.string() })).optional(),
    objects: z.array(z.looseObject({ operation: z.string().optional(), object: looseObject })).optional(),
    error: z.string().optional(),
  }),
  normalize: z.record(z.string(), z.array(change)).nullish(),
  matchName: z.string().nullish(),
});

type Case = z.infer<typeof schema>;
type Change = z.infer<typeof change>;

/** Argo CD's actions on resources: which an object has, and what they do. */
export const argoActions: Corpus = {
  name: 'argo-actions',
  run(testCase) {
    const of = schema.parse(testCase);
    return of.type === 'discovery' ? expectDiscovery(of) : expectOperations(of);
  },
};

/** The list is compared whole: the corpus says that upstream gives exactly these. */
function expectDiscovery({ object, expected }: Case): CaseResult {
  const found = discoverBuiltInActions(object).map((action) => ({
    name: action.name,
    disabled: action.disabled ?? false,
    iconClass: action.iconClass ?? '',
    displayName: action.displayName ?? '',
    params: action.params ?? [],
  }));
  const byName = <Named extends { readonly name: string }>(list: readonly Named[]): Named[] =>
    list.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  return expectEqual(byName(found), byName(expected.actions ?? []), 'actions');
}

function expectOperations(of: Case): CaseResult {
  let operations: readonly ActionOperation[] | undefined;
  try {
    operations = runBuiltInAction(of.object, of.action, { parameters: of.parameters ?? {}, now: NOW });
  } catch (error) {
    if (!isCapstanError(error, 'ACTION_FAILED')) throw error;
    return expectEqual(error.message, of.expected.error, 'error');
  }
  if (operations === undefined) return failed(`no action ${of.action}`);
  if (of.expected.error !== undefined) return failed(`no error, but ${of.expected.error} is expected`);
  return allOf(operations.map((operation) => expectOperation(of, operation)));
}

function expectOperation(of: Case, { operation, resource }: ActionOperation): CaseResult {
  const made = asKubernetesObject(resource);
  const wanted = of.expected.objects?.find((each) => matches(of, each.object, made));
  if (wanted === undefined) return failed(`nothing is expected like the ${made.kind} that was made`);
  const renamed = { ...made, metadata: { ...made.metadata, name: wanted.object.metadata.name ?? '' } };
  const [config, live] = [normalized(of, wanted.object), normalized(of, operation === 'create' ? renamed : made)];
  const rules = {
    ...builtinRules(gvkOf(config)),
    manager: 'argocd-controller',
    now: NOW,
    ignoreAggregatedRoles: false,
  };
  const sides = clientSideSides(config, live, { ...rules, ignore: (object) => object });
  return allOf([
    expectEqual(wanted.operation ?? 'patch', operation, 'operation'),
    sides.modified ? expectEqual(sides.live, sides.predicted, 'object') : { outcome: 'passed' },
  ]);
}

function matches(of: Case, wanted: KubernetesObject, made: KubernetesObject): boolean {
  const [source, name] = [of.object.metadata.name, wanted.metadata.name];
  const isDerived = of.matchName === 'prefix-of-source-name' && typeof source === 'string' && typeof name === 'string';
  const sameName = isDerived ? name.startsWith(source) : name === made.metadata.name;
  const sameKind = wanted.apiVersion === made.apiVersion && wanted.kind === made.kind;
  return sameName && sameKind && wanted.metadata.namespace === made.metadata.namespace;
}

function normalized(of: Case, object: KubernetesObject): KubernetesObject {
  const { group, kind } = gvkOf(object);
  const changes = of.normalize?.[`${group}/${kind}`] ?? [];
  return asKubernetesObject(changes.reduce<JsonObject>((made, each) => changed(made, each, each.path), object));
}

function changed(object: JsonObject, rule: Change, path: readonly string[]): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const made: Record<string, JsonValue> = { ...object };
  const old = getKey(object, key);
  if (rest.length > 0) setKey(made, key, changed(isJsonObject(old) ? old : {}, rule, rest));
  else if (rule.op === 'set') setKey(made, key, rule.value);
  else if (rule.op === 'merge')
    setKey(made, key, { ...(isJsonObject(old) ? old : {}), ...(isJsonObject(rule.value) ? rule.value : {}) });
  else if (Array.isArray(old))
    setKey(
      made,
      key,
      (old as readonly JsonValue[]).map((item) => stamped(item, rule)),
    );
  return made;
}

function stamped(item: JsonValue, { where = {}, field, value }: Change): JsonValue {
  if (!isJsonObject(item) || field === undefined) return item;
  return Object.entries(where).every(([key, wanted]) => getKey(item, key) === wanted)
    ? { ...item, [field]: value }
    : item;
}
