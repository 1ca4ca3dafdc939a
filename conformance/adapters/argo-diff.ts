import { isServerSide, SyncOptions } from '@capstan/controllers/argo-sync';
import {
  answeredSides,
  clientSideSides,
  hideSecretData,
  normalizeSecret,
  remarshal,
  serverSideSides,
  withoutNamespace,
  withoutOwnedAncestors,
  type SideRules,
} from '@capstan/diff';
import { getKey, gvkOf, isJsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { FieldSet, fieldElement } from '@capstan/object/merge';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { allOf, expectEqual, failed, skipped } from '../expect.ts';
import { builtinRules } from './builtin-kinds.ts';
import { asKubernetesObject, looseObject } from './loose-object.ts';
import { check, holds, type Check } from './object-checks.ts';

const NOW = new Date('2026-01-15T12:30:20Z');
const paths = z.array(z.array(z.string()));
const side = looseObject.nullish().transform((object) => object ?? undefined);
const schema = z.looseObject({
  fn: z.string(),
  config: side,
  live: side,
  target: side,
  object: side,
  predictedLive: side,
  manager: z.string().default('argocd-controller'),
  hideAnnotations: z.record(z.string(), z.boolean()).default({}),
  remove: paths.default([]),
  owned: paths.default([]),
  options: z
    .looseObject({
      ignoreAggregatedRoles: z.boolean().optional(),
      ignoreMutationWebhook: z.boolean().optional(),
      ignoreFields: paths.optional(),
    })
    .default({}),
  expected: z.strictObject({
    modified: z.boolean().optional(),
    empty: z.boolean().optional(),
    has: paths.optional(),
    hasNot: paths.optional(),
    checks: z.array(check).optional(),
  }),
});

type Case = z.infer<typeof schema>;

/** Argo CD's comparison of what Git wants with what is live, and how it hides Secrets. */
export const argoDiff: Corpus = {
  name: 'argo-diff',
  run(testCase) {
    const of = schema.parse(testCase);
    switch (of.fn) {
      case 'diff':
      case 'twoWayDiff':
      case 'structuredMergeDiff':
      case 'serverSideDiff':
        return expectSides(of);
      case 'hideSecretData': {
        const hidden = Object.keys(of.hideAnnotations).filter((key) => of.hideAnnotations[key] === true);
        const { target, live } = hideSecretData(of.target, of.live, new Set(hidden));
        return expectChecks(of.expected.checks, { target, live });
      }
      case 'normalizeSecret':
        return expectChecks(of.expected.checks, { result: normalizeSecret(required(of.object)) });
      case 'remarshal':
        return expectChecks(of.expected.checks, { result: remarshalled(required(of.object)) });
      case 'removeNamespaceAnnotation':
        return expectChecks(of.expected.checks, { result: withoutNamespace(required(of.object)) });
      case 'excludeManagerOwnedAncestors':
        return expectPaths(of);
      default:
        return failed(`no function for ${of.fn}`);
    }
  },
};

function expectSides(of: Case): CaseResult {
  const { expected, options } = of;
  const either = required(of.config ?? of.live);
  const rules = rulesFor(of, either);
  const needsTypes = of.fn === 'structuredMergeDiff' || of.fn === 'serverSideDiff';
  if (needsTypes && rules.types === undefined) return skipped(`a schema of ${either.apiVersion} ${either.kind}`);
  const result =
    of.fn === 'serverSideDiff' && of.predictedLive !== undefined && of.live !== undefined
      ? answeredSides(of.predictedLive, of.live, options.ignoreMutationWebhook === false ? 'shown' : 'hidden', rules)
      : of.fn === 'structuredMergeDiff' || (of.config !== undefined && isServerSide(of.config, new SyncOptions([])))
        ? serverSideSides(of.config, of.live, rules)
        : clientSideSides(of.config, of.live, rules);
  return allOf([
    ...(expected.modified === undefined ? [] : [expectEqual(result.modified, expected.modified, 'modified')]),
    expectChecks(expected.checks, { predictedLive: result.predicted, normalizedLive: result.live }),
  ]);
}

function rulesFor({ options, manager }: Case, object: KubernetesObject): SideRules {
  const ignored = options.ignoreFields ?? [];
  return {
    ...builtinRules(gvkOf(object)),
    manager,
    now: NOW,
    ignoreAggregatedRoles: options.ignoreAggregatedRoles ?? false,
    ignore: (each) => ignored.reduce(withoutField, each),
  };
}

function withoutField(object: KubernetesObject, path: readonly string[]): KubernetesObject {
  const drop = (value: JsonValue, at: number): JsonValue => {
    const key = path[at];
    if (key === undefined || !isJsonObject(value) || !Object.hasOwn(value, key)) return value;
    const kept = Object.entries(value).filter(([each]) => each !== key);
    const below = at === path.length - 1 ? [] : [[key, drop(getKey(value, key) ?? null, at + 1)] as const];
    return Object.fromEntries([...kept, ...below]);
  };
  const result = drop(object, 0);
  return asKubernetesObject(isJsonObject(result) ? result : {});
}

function remarshalled(object: KubernetesObject): KubernetesObject {
  const { types, canonical } = builtinRules(gvkOf(object));
  return remarshal(object, types, canonical ?? ((each) => each));
}

function expectPaths({ remove, owned, expected }: Case): CaseResult {
  const setOf = (list: readonly (readonly string[])[]): FieldSet =>
    FieldSet.of(...list.map((path) => path.map((name) => fieldElement(name))));
  const kept = withoutOwnedAncestors(setOf(remove), setOf(owned));
  const has = (path: readonly string[]): boolean => kept.has(path.map((name) => fieldElement(name)));
  return allOf([
    ...(expected.empty === undefined ? [] : [expectEqual(kept.isEmpty, expected.empty, 'empty')]),
    ...(expected.has ?? []).map((path) => expectEqual(has(path), true, path.join('.'))),
    ...(expected.hasNot ?? []).map((path) => expectEqual(has(path), false, path.join('.'))),
  ]);
}

function expectChecks(
  checks: readonly Check[] | undefined,
  objects: Readonly<Record<string, JsonValue | undefined>>,
): CaseResult {
  return allOf((checks ?? []).map((each) => holds(each, objects[each.object])));
}

function required(object: KubernetesObject | undefined): KubernetesObject {
  return object ?? asKubernetesObject({});
}
