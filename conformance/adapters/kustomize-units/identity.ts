import {
  apiVersionOf,
  compareGvk,
  compileSelector,
  contentHash,
  effectiveNamespace,
  fieldSpec,
  formatGvk,
  formatId,
  hashedText,
  idKey,
  builtinScopes,
  isSelected,
  joinGvk,
  parseLabelSelector,
  selectsId,
  splitApiVersion,
  type Gvk,
  type Resource,
  type ResourceId,
} from '@capstan/render/kustomize/parts';
import { z } from 'zod';
import { expectEqual } from '../../expect.ts';
import { judge, resourcesIn, type Unit } from './unit.ts';

const gvk = z.object({ group: z.string(), version: z.string(), kind: z.string() });
const resId = gvk.extend({ name: z.string(), namespace: z.string() }).transform((id) => ({
  ...id,
  clusterScoped: builtinScopes.isClusterScoped(apiVersionOf(id), id.kind),
}));
const ofGvk = z.looseObject({ input: gvk, expected: z.unknown().optional() });
const ofId = z.looseObject({ input: resId, expected: z.unknown().optional() });
const selecting = z.looseObject({
  selector: z.looseObject({}),
  input: z.unknown(),
  expected: z.boolean(),
});
const textual = z.looseObject({ input: z.string(), selector: z.string(), expected: z.boolean().optional() });

const onGvk =
  (run: (input: Gvk) => unknown): Unit =>
  (testCase) => {
    const { input, expected } = ofGvk.parse(testCase);
    return expectEqual(run(input), expected);
  };

const onSelector =
  (run: (selector: ReturnType<typeof compileSelector>, input: unknown) => boolean): Unit =>
  (testCase) => {
    const { selector, input, expected } = selecting.parse(testCase);
    return expectEqual(run(compileSelector(selector), input), expected);
  };

const onTexts =
  (name: 'labels' | 'annotations'): Unit =>
  (testCase) => {
    const { input, selector, expected } = textual.parse(testCase);
    const [resource] = resourcesIn(input);
    return judge(testCase, () => expectEqual(parseLabelSelector(selector)(resource?.texts(name) ?? {}), expected));
  };

const onResource =
  (run: (resource: Resource) => string): Unit =>
  (testCase) => {
    const { input, expected } = z.looseObject({ input: z.string(), expected: z.string() }).parse(testCase);
    return expectEqual(resourcesIn(input).map(run), [expected]);
  };

function sameGvkAndName(a: ResourceId, b: ResourceId): boolean {
  return formatGvk(a) === formatGvk(b) && a.name === b.name;
}

/** Ids, groups, versions and kinds, and what selects them. */
export const identityUnits: Readonly<Record<string, Unit>> = {
  gvkLess: (testCase) => {
    const { a, b, expected } = z.looseObject({ a: gvk, b: gvk, expected: z.boolean() }).parse(testCase);
    return expectEqual(compareGvk(a, b) < 0, expected);
  },
  gvkString: onGvk(formatGvk),
  gvkShortString: onGvk(joinGvk),
  gvkApiVersion: onGvk(apiVersionOf),
  gvkSelected: (testCase) => {
    const { input, filter, expected } = ofGvk.extend({ filter: gvk.nullable() }).parse(testCase);
    return expectEqual(isSelected(input, filter ?? fieldSpec('')), expected);
  },
  parseApiVersion: (testCase) => {
    const { input, expected } = z.looseObject({ input: z.string(), expected: z.unknown().optional() }).parse(testCase);
    return expectEqual(splitApiVersion(input), expected);
  },
  resIdString: (testCase) => {
    const { input, expected } = ofId.parse(testCase);
    return expectEqual(formatId(input), expected);
  },
  resIdEquals: (testCase) => {
    const { a, b, expected } = z.looseObject({ a: resId, b: resId, expected: z.unknown().optional() }).parse(testCase);
    const actual = {
      gvknEquals: sameGvkAndName(a, b),
      namespaceEquals: effectiveNamespace(a) === effectiveNamespace(b),
      equals: idKey(a) === idKey(b),
    };
    return expectEqual(actual, expected);
  },
  resIdSelected: (testCase) => {
    const { input, selector, expected } = ofId.extend({ selector: resId }).parse(testCase);
    return expectEqual(selectsId(selector, input), expected);
  },
  selectorGvk: onSelector((selector, input) => selector.gvk(gvk.parse(input))),
  selectorName: onSelector((selector, input) => selector.name(z.string().parse(input))),
  selectorNamespace: onSelector((selector, input) => selector.namespace(z.string().parse(input))),
  labelSelector: onTexts('labels'),
  annotationSelector: onTexts('annotations'),
  namespaceScoped: (testCase) => {
    const { input, expected } = z
      .looseObject({ input: z.object({ apiVersion: z.string(), kind: z.string() }), expected: z.boolean() })
      .parse(testCase);
    return expectEqual(!builtinScopes.isClusterScoped(input.apiVersion, input.kind), expected);
  },
  hash: onResource(contentHash),
  hashEncoding: onResource(hashedText),
};
