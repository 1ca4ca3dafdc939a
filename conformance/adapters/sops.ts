import {
  decryptData,
  decryptObject,
  decryptSources,
  detectFormat,
  formatForPath,
  importAgeKeys,
  importKeys,
  isEncryptedSecret,
  redacted,
  securePath,
  type Format,
  type KeyRing,
} from '@capstan/decrypt';
import { isCapstanError, messageOf } from '@capstan/errors';
import { getPath, parseObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { buildKustomization, layOver } from '@capstan/render/kustomize';
import { memoryTree } from '@capstan/tree';
import { parse } from '@capstan/yaml';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { allOf, expectEqual, failed, passed, skipped } from '../expect.ts';

const keys = z.record(z.string(), z.string()).optional();
const sopsCase = z.looseObject({
  fn: z.string(),
  needs: z.array(z.string()).optional(),
  format: z.enum(['binary', 'dotenv', 'ini', 'json', 'yaml']).optional(),
  content: z.string().optional(),
  keys,
  globalKeys: keys,
  files: z.record(z.string(), z.string()).optional(),
  kustomization: z
    .looseObject({
      spec: z.looseObject({
        path: z.string().optional(),
        targetNamespace: z.string().optional(),
        decryption: z.looseObject({ secretRef: z.looseObject({ name: z.string() }).optional() }).optional(),
      }),
    })
    .optional(),
  decryption: z
    .looseObject({ provider: z.string(), secretRef: z.looseObject({ name: z.string() }).optional() })
    .nullish(),
  secret: z.looseObject({ data: z.record(z.string(), z.string()).optional() }).nullish(),
  object: z.record(z.string(), z.unknown()).optional(),
  root: z.string().optional(),
  path: z.string().optional(),
  bytes: z.string().optional(),
  mac: z.string().optional(),
  error: z.string().optional(),
  expected: z.unknown(),
});
type SopsCase = z.infer<typeof sopsCase>;

/** Decryption as kustomize-controller does it with SOPS. */
export const sops: Corpus = { name: 'sops', run };

async function run(input: unknown): Promise<CaseResult> {
  const testCase = sopsCase.parse(input);
  const missing = testCase.needs?.filter((need) => need !== 'age-pq') ?? [];
  if (missing.length > 0) return skipped(missing.join(', '));
  const { expected } = testCase;
  const wantsError = typeof expected === 'object' && expected !== null && 'error' in expected;
  try {
    const result = await judge(testCase);
    return wantsError && testCase.fn !== 'redactError' ? failed('succeeded where it must fail') : result;
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return wantsError ? passed : failed(`${error.code}: ${messageOf(error)}`);
  }
}

async function judge(testCase: SopsCase): Promise<CaseResult> {
  const { fn, path = '', expected } = testCase;
  switch (fn) {
    case 'decryptFile':
      return decryptFile(testCase);
    case 'kustomization':
      return kustomization(testCase);
    case 'importKeys':
      return importCase(testCase);
    case 'isEncryptedSecret':
      return expectEqual(isEncryptedSecret((testCase.object ?? {}) as JsonObject), expected);
    case 'securePaths': {
      const { root = '' } = testCase;
      const inside = path.startsWith(`${root}/`) || path === root ? path.slice(root.length) : path;
      const rel = securePath(inside);
      return expectEqual({ abs: rel === '' ? root : `${root}/${rel}`, rel: rel === '' ? '.' : rel }, expected);
    }
    case 'formatForPath':
      return expectEqual(formatForPath(path), expected);
    case 'detectFormat':
      return expectEqual(detectFormat(Buffer.from(testCase.bytes ?? '')) ?? 'unsupported', expected);
    case 'redactError': {
      const error = redacted(testCase.error ?? '');
      return expectEqual({ mac: error === '' ? testCase.mac : '', error }, expected);
    }
    default:
      return skipped(fn);
  }
}

async function decryptFile({ content = '', format = 'yaml', keys: own, expected }: SopsCase): Promise<CaseResult> {
  const ring = await importKeys(secretOf(own), 'the Secret');
  const text = Buffer.from(
    await decryptData(Buffer.from(content), format, format, { keys: ring, checkMac: true }),
  ).toString('utf8');
  const {
    values = [],
    plaintext,
    output,
  } = expected as {
    readonly values?: readonly { readonly path: readonly (string | number)[]; readonly equals: JsonValue }[];
    readonly plaintext?: string;
    readonly output?: string;
  };
  const wanted = plaintext ?? output;
  return allOf([
    wanted === undefined ? passed : expectEqual(text, wanted, 'plaintext'),
    ...values.map(({ path, equals }) => expectEqual(valueAt(text, format, path), equals, path.join('.'))),
  ]);
}

function valueAt(text: string, format: Format, path: readonly (string | number)[]): JsonValue | undefined {
  if (format !== 'dotenv') return getPath(parse(text), ...path);
  const line = text.split('\n').find((one) => one.startsWith(`${String(path[0])}=`));
  return line?.slice(line.indexOf('=') + 1);
}

async function kustomization(testCase: SopsCase): Promise<CaseResult> {
  const spec = testCase.kustomization?.spec;
  const path = securePath(spec?.path ?? '');
  const ring = await ringOf(testCase);
  const options = { keys: ring };
  const source = memoryTree(testCase.files ?? {});
  const tree = await decryptSources(source, { path, components: [] }, options);
  const overlay = spec?.targetNamespace === undefined ? {} : { namespace: spec.targetNamespace };
  const laid = await layOver(tree, { path, generate: true, kustomization: overlay });
  const resources = await buildKustomization(laid, path, { order: 'input', loadRestrictions: 'none' });
  const objects: KubernetesObject[] = [];
  for (const { object } of resources) objects.push(await decryptObject(parseObject(object, 'build'), options));
  const { secrets = {}, configMaps = {} } = testCase.expected as Record<
    string,
    Record<string, Record<string, string>> | undefined
  >;
  return allOf([
    ...Object.entries(secrets).map(([name, data]) => expectData(objects, 'Secret', name, data)),
    ...Object.entries(configMaps).map(([name, data]) => expectData(objects, 'ConfigMap', name, data)),
  ]);
}

function expectData(
  objects: readonly KubernetesObject[],
  kind: string,
  name: string,
  wanted: Readonly<Record<string, string>>,
): CaseResult {
  const object = objects.find((one) => one.kind === kind && one.metadata['name'] === name);
  if (object === undefined) return failed(`there is no ${kind} ${name}`);
  return allOf(
    Object.entries(wanted).map(([key, value]) => {
      const bytes = getPath(object, 'data', key);
      const text = getPath(object, 'stringData', key);
      const found =
        text ?? (typeof bytes === 'string' && kind === 'Secret' ? Buffer.from(bytes, 'base64').toString() : bytes);
      return expectEqual(found, value, `${name} ${key}`);
    }),
  );
}

async function ringOf(testCase: SopsCase): Promise<KeyRing> {
  const hasOwn = testCase.kustomization?.spec.decryption?.secretRef !== undefined;
  return hasOwn ? importKeys(secretOf(testCase.keys), 'own') : importAgeKeys(secretOf(testCase.globalKeys), 'global');
}

async function importCase({ decryption, secret }: SopsCase): Promise<CaseResult> {
  if (decryption?.provider !== 'sops' || decryption.secretRef === undefined) return passed;
  await importKeys(secret === null || secret === undefined ? undefined : secretOf(secret.data), 'the Secret');
  return passed;
}

function secretOf(data: Readonly<Record<string, string>> = {}): KubernetesObject {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys' },
    data: Object.fromEntries(encoded) as JsonObject,
  };
}
