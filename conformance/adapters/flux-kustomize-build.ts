import { isCapstanError, messageOf } from '@capstan/errors';
import {
  encodeJson,
  getKey,
  getPath,
  isJsonObject,
  parseObject,
  type JsonObject,
  type JsonValue,
} from '@capstan/object';
import { checkVariableNames, isSubstitutionDisabled, substituteInObject } from '@capstan/render/flux-substitute';
import {
  buildKustomization,
  isLocalRelativePath,
  layOver,
  layOverFile,
  ignoreRules,
  scanManifests,
  type Resource,
} from '@capstan/render/kustomize';
import { memoryTree, normalizePath, type FileTree } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { allOf, expectEqual, failed, passed, skipped } from '../expect.ts';

const fluxCase = z.looseObject({
  fn: z.string(),
  files: z.record(z.string(), z.string()).optional(),
  emptyDirs: z.array(z.string()).optional(),
  path: z.string().optional(),
  input: z.string().optional(),
  needs: z.array(z.string()).optional(),
  ignore: z.string().optional(),
  objects: z.array(z.record(z.string(), z.unknown())).optional(),
  options: z.looseObject({ strict: z.boolean().optional(), always: z.boolean().optional() }).optional(),
  kustomization: z.record(z.string(), z.unknown()).nullish(),
  expected: z.union([
    z.boolean(),
    z.looseObject({
      output: z.string().optional(),
      generated: z.record(z.string(), z.unknown()).optional(),
      generatedContains: z.array(z.string()).optional(),
      error: z.unknown().optional(),
      resourceCount: z.number().optional(),
      nameContains: z.string().optional(),
      namespace: z.string().optional(),
      outputContains: z.array(z.string()).optional(),
      outputNotContains: z.array(z.string()).optional(),
      paths: z.array(z.string()).optional(),
      values: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), equals: z.unknown() })).optional(),
    }),
  ]),
});

type FluxCase = z.infer<typeof fluxCase>;
type Expected = Exclude<FluxCase['expected'], boolean>;

/** What Flux makes of a Kustomization before it builds, and what it builds. */
export const fluxKustomizeBuild: Corpus = { name: 'flux-kustomize-build', run };

async function run(input: unknown): Promise<CaseResult> {
  const testCase = fluxCase.parse(input);
  const { expected } = testCase;
  if (testCase.fn === 'isLocalRelativePath') {
    const path = testCase.input ?? '';
    return expectEqual(isLocalRelativePath(path), expected);
  }
  if (typeof expected === 'boolean') return skipped(testCase.fn);
  if (testCase.needs !== undefined) return skipped(testCase.needs.join(', '));
  try {
    return await judge(testCase, expected);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return expected.error === undefined ? failed(`${error.code}: ${messageOf(error)}`) : passed;
  }
}

async function judge(testCase: FluxCase, expected: Expected): Promise<CaseResult> {
  const path = normalizePath(testCase.path ?? '');
  const tree = memoryTree(testCase.files ?? {}, [...(testCase.emptyDirs ?? []), ...(path === '' ? [] : [path])]);
  if (testCase.fn === 'scan') {
    const rules = testCase.ignore === undefined ? [] : await ignoreRules(tree, path, testCase.ignore);
    const paths = (await scanManifests(tree, path, rules)).map((found) => found.replace(/^\.\//, ''));
    return expectEqual(paths, expected.paths ?? []);
  }
  if (testCase.fn === 'substitute') return substitute(testCase, expected, tree, path);
  const overlay = {
    path,
    generate: testCase.kustomization !== null,
    kustomization: overlayOf(testCase.kustomization),
    ...(testCase.ignore === undefined ? {} : { ignore: testCase.ignore }),
  };
  const laid = await layOverFile(tree, overlay);
  const results = [judgeGenerated(laid?.kustomization ?? {}, expected)];
  if (testCase.fn === 'build') {
    const resources = await buildKustomization(await layOver(tree, overlay), path, {
      order: 'input',
      loadRestrictions: 'none',
      openApi: 'extends',
    });
    results.push(judgeBuilt(resources, expected));
  }
  return expected.error === undefined ? allOf(results) : failed('built where it must fail');
}

function judgeGenerated(made: JsonObject, expected: Expected): CaseResult {
  const text = encodeJson(made);
  return allOf([
    ...(expected.generatedContains ?? []).map((part) =>
      text.includes(part) ? passed : failed(`lacks ${part}: ${text}`),
    ),
    ...Object.entries(expected.generated ?? {}).map(([name, value]) => {
      if (!name.endsWith('Contain')) return expectEqual(withoutEmpty(getKey(made, name) ?? null), value, name);
      const list = getKey(made, name.slice(0, -'Contain'.length));
      const missing = (value as readonly JsonValue[]).filter((item) => !Array.isArray(list) || !list.includes(item));
      return missing.length === 0 ? passed : failed(`${name}: lacks ${encodeJson(missing)}`);
    }),
  ]);
}

/** Builds, and substitutes as a Kustomization's postBuild says, with the ConfigMaps and Secrets of the case. */
async function substitute(testCase: FluxCase, expected: Expected, tree: FileTree, path: string): Promise<CaseResult> {
  const { strict = false, always = false } = testCase.options ?? {};
  const variables = variablesOf(testCase);
  const resources = await buildKustomization(tree, path, { order: 'input', loadRestrictions: 'none' });
  const objects = resources.map(({ object }) => {
    const built = parseObject(object, 'build');
    if (isSubstitutionDisabled(built) || (variables.size === 0 && !always)) return built;
    checkVariableNames(variables.keys());
    return substituteInObject(built, { variables, strict });
  });
  const text = stringifyAll(objects);
  if (expected.error !== undefined) return failed('built where it must fail');
  return allOf([
    ...(expected.outputContains ?? []).map((part) => (text.includes(part) ? passed : failed(`lacks ${part}: ${text}`))),
    ...(expected.outputNotContains ?? []).map((part) =>
      text.includes(part) ? failed(`has ${part}: ${text}`) : passed,
    ),
  ]);
}

function variablesOf({ kustomization, objects = [] }: FluxCase): ReadonlyMap<string, string> {
  const postBuild = getPath((kustomization ?? {}) as JsonObject, 'spec', 'postBuild') ?? {};
  const from = getPath(postBuild, 'substituteFrom');
  const variables = new Map<string, string>();
  const put = (values: JsonValue | undefined): void => {
    if (!isJsonObject(values)) return;
    for (const [name, value] of Object.entries(values))
      if (typeof value === 'string') variables.set(name, value.replaceAll('\n', ''));
  };
  for (const reference of Array.isArray(from) ? (from as readonly JsonValue[]) : []) {
    const found = (objects as readonly JsonObject[]).find(
      (one) =>
        getPath(one, 'kind') === getPath(reference, 'kind') &&
        getPath(one, 'metadata', 'name') === getPath(reference, 'name'),
    );
    put(getPath(found ?? {}, 'data'));
    put(getPath(found ?? {}, 'stringData'));
  }
  put(getPath(postBuild, 'substitute'));
  return variables;
}

/** Flux's printer leaves empty texts out. */
function withoutEmpty(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutEmpty);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== '')
      .map(([key, item]) => [key, withoutEmpty(item)]),
  );
}

function judgeBuilt(resources: readonly Resource[], expected: Expected): CaseResult {
  const [first] = resources;
  const text = stringifyAll(resources.map(({ object }) => object));
  const { output, resourceCount, nameContains, namespace, outputContains = [], values = [] } = expected;
  return allOf([
    output === undefined ? passed : expectEqual(text, output),
    resourceCount === undefined ? passed : expectEqual(resources.length, resourceCount, 'count'),
    nameContains === undefined ? passed : expectEqual(first?.name.includes(nameContains), true, first?.name),
    namespace === undefined ? passed : expectEqual(first?.namespace, namespace, 'namespace'),
    ...outputContains.map((part) => (text.includes(part) ? passed : failed(`lacks ${part}`))),
    ...values.map(({ path, equals }) => expectEqual(getPath(first?.object, ...path), equals, path.join('.'))),
  ]);
}

/** The fields of a Flux Kustomization that are laid over the folder's own. */
function overlayOf(kustomization: FluxCase['kustomization']): JsonObject {
  const spec = (kustomization?.['spec'] ?? {}) as JsonObject;
  const overlay: Record<string, JsonValue> = {};
  const names = [
    'namePrefix',
    'nameSuffix',
    'patches',
    'components',
    'ignoreMissingComponents',
    'images',
    'buildMetadata',
  ];
  for (const name of names) {
    const value = getKey(spec, name);
    if (value !== undefined) overlay[name] = value;
  }
  const namespace = getKey(spec, 'targetNamespace');
  if (namespace !== undefined) overlay['namespace'] = namespace;
  return overlay;
}
