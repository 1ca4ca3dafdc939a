import {
  expand,
  findThroughText,
  imageMatcher,
  joinOrigin,
  parseRepoQuery,
  parseRepoUrl,
  splitFieldPath,
  splitFileSource,
  splitImage,
  splitPath,
  takeDirective,
  type Value,
} from '@capstan/render/kustomize/parts';
import { parse, parseNodes } from '@capstan/yaml';
import { z } from 'zod';
import { allOf, expectEqual, skipped } from '../../expect.ts';
import { expectPrinted, judge, resourcesIn, valueIn, type Unit } from './unit.ts';

const ofText = z.looseObject({ input: z.string(), expected: z.unknown().optional() });

const onText =
  (run: (input: string) => unknown): Unit =>
  (testCase) => {
    const { input, expected } = ofText.parse(testCase);
    return judge(testCase, () => expectEqual(run(input), expected));
  };

/** Counts how often each variable is looked up, as upstream's mapping functions do. */
class CountingValues extends Map<string, Value> {
  readonly counts: Record<string, number> = {};

  override get(name: string): Value | undefined {
    if (this.has(name)) this.counts[name] = (this.counts[name] ?? 0) + 1;
    return super.get(name);
  }
}

/** Whether YAML 1.1 reads a plain text as something else. */
function isNonString(text: string): boolean {
  const rules = 'v2';
  // Numbers without a JSON form have a tag, but no value.
  return parseNodes(text, { rules })[0]?.content[0]?.tag !== '!!str' || typeof parse(text, { rules }) !== 'string';
}

const repoSpec: Unit = (testCase) => {
  const { input, expected, cloneSpec, absPath } = ofText
    .extend({ cloneSpec: z.string().optional(), absPath: z.string().optional() })
    .parse(testCase);
  return judge(testCase, () => {
    const { host, repoPath, path, ref } = parseRepoUrl(input);
    return allOf([
      expectEqual({ host, repoPath, kustRootPath: path, ref }, expected),
      expectEqual(cloneSpec === undefined ? undefined : host + repoPath, cloneSpec, 'cloneSpec'),
      expectEqual(absPath === undefined ? undefined : `/${joinOrigin('notCloned', path)}`, absPath, 'absPath'),
    ]);
  });
};

/** Texts that are taken apart or filled in: URLs, paths, images, variables, directives. */
export const textUnits: Readonly<Record<string, Unit>> = {
  repoSpec,
  repoQuery: onText(parseRepoQuery),
  imageSplit: onText(splitImage),
  imageMatch: (testCase) => {
    const { input, image, expected } = ofText.extend({ image: z.string() }).parse(testCase);
    return expectEqual(imageMatcher(image)(input), expected);
  },
  pathSplit: (testCase) => {
    const { input, delimiter, expected } = ofText.extend({ delimiter: z.string() }).parse(testCase);
    return expectEqual(splitPath(input, delimiter), expected);
  },
  smartPathSplit: (testCase) => {
    const { input, delimiter, expected } = ofText.extend({ delimiter: z.string() }).parse(testCase);
    return delimiter === '.' ? expectEqual(splitFieldPath(input), expected) : skipped(`delimiter ${delimiter}`);
  },
  pathMatcher: (testCase) => {
    const { input, path, expected } = z
      .looseObject({ input: z.string(), path: z.array(z.string()), expected: z.string() })
      .parse(testCase);
    const found = findThroughText(resourcesIn(input)[0]?.object ?? {}, path);
    return expectEqual(found, valueIn(expected) ?? []);
  },
  fileSource: (testCase) =>
    onText((input) => {
      const [key, file] = splitFileSource(input, { path: 'kustomization.yaml', document: 0 });
      return { key, file };
    })(testCase),
  varExpand: (testCase) => {
    const { input, vars, expected, counts } = ofText
      .extend({
        vars: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
        counts: z.record(z.string(), z.number()).optional(),
      })
      .parse(testCase);
    const values = new CountingValues(Object.entries(vars));
    return allOf([
      expectEqual(expand(input, values), expected),
      expectEqual(counts === undefined ? undefined : values.counts, counts, 'counts'),
    ]);
  },
  smpDirective: (testCase) => {
    const { patch, expected, elided } = z
      .looseObject({ patch: z.string(), expected: z.string().optional(), elided: z.string().optional() })
      .parse(testCase);
    return judge(testCase, () => {
      const value = valueIn(patch);
      return allOf([expectEqual(takeDirective(value), expected), expectPrinted([value], elided ?? '')]);
    });
  },
  yaml11NonString: onText((input) => input !== '' && !input.includes('\n') && isNonString(input)),
  deAnchor: (testCase) => {
    const { input, expected } = z.looseObject({ input: z.string(), expected: z.string().optional() }).parse(testCase);
    return judge(testCase, () =>
      expectPrinted(
        resourcesIn(input).map(({ object }) => object),
        expected ?? '',
      ),
    );
  },
};
