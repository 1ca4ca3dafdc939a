import { isCapstanError } from '@capstan/errors';
import { getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { parseDocuments, splitKustomizeStream, stringifyAll } from '@capstan/yaml';
import { z } from 'zod';
import type { Corpus } from '../corpus.ts';
import { expectEqual, failed, passed, skipped } from '../expect.ts';

const testCase = z.object({
  name: z.string(),
  input: z.string().optional(),
  inputBase64: z.string().optional(),
  kustomization: z.string().optional(),
  expected: z.string().optional(),
  error: z.boolean().optional(),
});

/** A file of resources that kustomize refuses. */
class Refused extends Error {}

/**
 * How Go's YAML libraries read and print, asked through kustomize: the corpus's folders hold one file of resources and,
 * unless they say otherwise, a kustomization that passes it on unchanged.
 */
export const goYaml: Corpus = {
  name: 'go-yaml',
  run(input) {
    const { input: text, inputBase64, kustomization, expected, error } = testCase.parse(input);
    if (kustomization !== undefined) return skipped('kustomize');
    let printed: string;
    try {
      printed = passOn(text ?? Buffer.from(inputBase64 ?? '', 'base64'));
    } catch (cause) {
      if (!isCapstanError(cause) && !(cause instanceof Refused)) throw cause;
      return error === true ? passed : failed(`refused: ${cause.message}`);
    }
    return error === true ? failed(`accepted, and printed ${JSON.stringify(printed)}`) : expectEqual(printed, expected);
  },
};

/** What kustomize prints for a file of resources that nothing changes. */
function passOn(file: string | Uint8Array): string {
  const resources: JsonObject[] = [];
  const ids = new Set<string>();
  for (const value of expandLists(readValues(file))) {
    const resource = checked(value);
    const id = ['apiVersion', 'kind'].map((key) => getPath(resource, key));
    const key = JSON.stringify([
      ...id,
      getPath(resource, 'metadata', 'namespace'),
      getPath(resource, 'metadata', 'name'),
    ]);
    if (ids.has(key)) throw new Refused(`may not add resource with an already registered id: ${key}`);
    ids.add(key);
    resources.push(resource);
  }
  return stringifyAll(resources);
}

function readValues(file: string | Uint8Array): JsonValue[] {
  return splitKustomizeStream(file)
    .flatMap(({ text }) => parseDocuments(text, { documents: 'first' }))
    .map(({ value }) => value)
    .filter((value) => value !== null);
}

function expandLists(values: readonly JsonValue[]): JsonValue[] {
  return values.flatMap((value) => {
    const kind = getPath(value, 'kind');
    if (!isJsonObject(value) || typeof kind !== 'string' || !kind.endsWith('List')) return [value];
    if (!Object.hasOwn(value, 'items')) return [value];
    const items = value['items'] ?? [];
    if (!Array.isArray(items)) throw new Refused(`expected array in ${kind}/items`);
    return expandLists(items as readonly JsonValue[]);
  });
}

function checked(value: JsonValue): JsonObject {
  if (!isJsonObject(value)) throw new Refused('missing Resource metadata');
  const kind = value['kind'];
  if (typeof kind !== 'string' || kind === '') throw new Refused('missing kind');
  const name = getPath(value, 'metadata', 'name');
  const named = (typeof name === 'string' && name !== '') || typeof name === 'number';
  if (!named && !kind.endsWith('List')) throw new Refused('missing metadata.name');
  return value;
}
