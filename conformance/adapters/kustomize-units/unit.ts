import { isCapstanError, messageOf } from '@capstan/errors';
import type { JsonValue } from '@capstan/object';
import { noteSchemas, Resource, takeWritten, thaw, type Value } from '@capstan/render/kustomize/parts';
import { parseDocuments, splitKustomizeStream, stringifyAll } from '@capstan/yaml';
import { z } from 'zod';
import type { CaseResult } from '../../corpus.ts';
import { failed, passed } from '../../expect.ts';

/** Runs a case of one kind on the engine: what it comes to, to be compared with what upstream's test expects. */
export type Unit = (input: unknown) => CaseResult | Promise<CaseResult>;

const expectation = z.looseObject({ expectedError: z.array(z.looseObject({ kind: z.string() })).optional() });

/** Runs `act`, which must fail exactly where the case expects an error; its text is our own. */
export async function judge(input: unknown, act: () => CaseResult | Promise<CaseResult>): Promise<CaseResult> {
  const mustFail = expectation.parse(input).expectedError;
  let result: CaseResult;
  try {
    result = await act();
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return mustFail === undefined || error.code === 'RENDER_UNSUPPORTED'
      ? failed(`${error.code}: ${messageOf(error)}`)
      : passed;
  }
  return mustFail === undefined ? result : failed(`passed where it must fail with ${JSON.stringify(mustFail)}`);
}

/** The resources in a text. Unlike those of a build they may lack a name, as in upstream's tests of filters. */
export function resourcesIn(text: string): Resource[] {
  return documentsIn(text).map(({ value, node, line, part }, document) => {
    const object = thaw(value);
    if (typeof object !== 'object' || object === null || Array.isArray(object)) {
      throw new Error(`a document of a case is no mapping: ${text}`);
    }
    noteSchemas(part, object);
    const resource = new Resource(object, { path: 'input.yaml', document, line });
    takeWritten(node, object);
    return resource;
  });
}

/** The value of the first document in a text. */
export function valueIn(text: string): Value {
  return thaw(documentsIn(text)[0]?.value ?? null);
}

function documentsIn(text: string) {
  return splitKustomizeStream(text)
    .flatMap(({ text: part }) =>
      parseDocuments(part, { rules: 'v3', documents: 'first' }).map((document) => ({ ...document, part })),
    )
    .filter(({ value }) => value !== null);
}

/**
 * Compares values as a build prints them: keys sorted, without comments. Upstream's filters keep both, but what reaches
 * a user is printed so.
 */
export function expectPrinted(actual: readonly JsonValue[], expected: string): CaseResult {
  const left = stringifyAll(actual);
  const right = stringifyAll(expectedValues(expected));
  return left === right ? passed : failed(`--- expected\n${right}\n--- actual\n${left}`);
}

/** What a build could never read (a key that is a number) is read as upstream's test prints it: by the rules of v2. */
function expectedValues(text: string): JsonValue[] {
  try {
    return documentsIn(text).map(({ value }) => value);
  } catch (error) {
    if (!isCapstanError(error, 'YAML_INVALID')) throw error;
    return parseDocuments(text, { rules: 'v2' }).map(({ value }) => value);
  }
}
