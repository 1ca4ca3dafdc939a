import {
  generate,
  mergeOptions,
  mergeThreeWay,
  patchSelected,
  readPatchDocument,
  ResourceMap,
  runPlugin,
  strategicMerge,
  type GeneratorArgs,
  type Resource,
} from '@capstan/render/kustomize/parts';
import { memoryTree, normalizePath, type MemoryFile } from '@capstan/tree';
import { z } from 'zod';
import { expectPrinted, judge, resourcesIn, type Unit } from './unit.ts';

const content = z.union([z.string(), z.object({ base64: z.string() })]);
const files = z.record(z.string(), content).optional();
const patched = z.looseObject({ input: z.string(), patch: z.string(), expected: z.string().optional() });

function bytesOf(file: z.infer<typeof content>): Uint8Array {
  return typeof file === 'string' ? new TextEncoder().encode(file) : Buffer.from(file.base64, 'base64');
}

const generator: Unit = (testCase) => {
  const parsed = z
    .looseObject({
      generator: z.enum(['configmap', 'secret']),
      args: z.looseObject({ name: z.string() }),
      files,
      expected: z.string().optional(),
    })
    .parse(testCase);
  const args = parsed.args as GeneratorArgs;
  const read = (path: string) => bytesOf(parsed.files?.[path] ?? '');
  return judge(testCase, () => {
    const made = generate(
      parsed.generator === 'secret' ? 'Secret' : 'ConfigMap',
      args,
      mergeOptions(args.options, undefined),
      read,
      { path: 'kustomization.yaml', document: 0 },
    );
    return expectPrinted([made.object], parsed.expected ?? '');
  });
};

/** What kustomize keeps about a resource in annotations while it builds, which upstream's tests of plugins print. */
function withNotes(resource: Resource): Resource {
  const kept = resource.copy();
  const notes: Record<string, string> = {};
  const note = (name: string, values: readonly string[]): void => {
    if (values.length > 0) notes[`internal.config.kubernetes.io/${name}`] = values.join(',');
  };
  note(
    'previousKinds',
    resource.previous.map(({ kind }) => kind),
  );
  note(
    'previousNames',
    resource.previous.map(({ name }) => name),
  );
  note(
    'previousNamespaces',
    resource.previous.map(({ namespace }) => namespace),
  );
  note('prefixes', resource.prefixes);
  note('suffixes', resource.suffixes);
  if (Object.keys(notes).length > 0) kept.setTexts('annotations', { ...kept.texts('annotations'), ...notes });
  return kept;
}

const plugin: Unit = (testCase) => {
  const parsed = z
    .looseObject({
      config: z.string(),
      input: z.string().optional(),
      root: z.string(),
      files,
      internalAnnotations: z.boolean().optional(),
      expected: z.string().optional(),
    })
    .parse(testCase);
  const folder = normalizePath(parsed.root.replace(/^\/+/, ''));
  const tree = memoryTree(
    Object.entries(parsed.files ?? {}).map(([path, file]): [string, MemoryFile] => [
      normalizePath(path),
      bytesOf(file),
    ]),
  );
  return judge(testCase, async () => {
    const { config, input } = parsed;
    const { list } = await runPlugin(tree, { config, folder, ...(input === undefined ? {} : { input }) });
    const shown = parsed.internalAnnotations === true ? list.map(withNotes) : list;
    return expectPrinted(
      shown.map(({ object }) => object),
      parsed.expected ?? '',
    );
  });
};

const merge2: Unit = (testCase) => {
  const { source, dest, expected, infer, listIncrease } = z
    .looseObject({
      source: z.string(),
      dest: z.string(),
      expected: z.string(),
      infer: z.boolean(),
      listIncrease: z.enum(['append', 'prepend']),
    })
    .parse(testCase);
  return judge(testCase, () => {
    const [target] = resourcesIn(dest);
    const [patch] = resourcesIn(source);
    const merged = strategicMerge(target?.object ?? {}, patch?.object ?? {}, {
      inferKeys: infer,
      newElements: listIncrease === 'prepend' ? 'first' : 'last',
    });
    return expectPrinted(merged === undefined ? [] : [merged], expected);
  });
};

const merge3: Unit = (testCase) => {
  const { origin, update, local, expected, infer } = z
    .looseObject({
      origin: z.string(),
      update: z.string(),
      local: z.string(),
      expected: z.string(),
      infer: z.boolean(),
    })
    .parse(testCase);
  return judge(testCase, () => {
    const [here, before, now] = [local, origin, update].map((text) => resourcesIn(text)[0]?.object ?? {});
    const merged = mergeThreeWay(here ?? {}, before ?? {}, now ?? {}, { inferKeys: infer });
    return expectPrinted(merged === undefined ? [] : [merged], expected);
  });
};

/** Patches, generators and plugins. */
export const mergeUnits: Readonly<Record<string, Unit>> = {
  patchStrategicMerge: (testCase) => {
    const { input, patch, expected } = patched.parse(testCase);
    return judge(testCase, () => {
      const [merge] = resourcesIn(patch);
      const merged = resourcesIn(input).map(({ object }) => strategicMerge(object, merge?.copy().object ?? {}));
      return expectPrinted(
        merged.filter((object) => object !== undefined),
        expected ?? '',
      );
    });
  },
  patchJson6902: (testCase) => {
    const { input, patch, expected } = patched.parse(testCase);
    return judge(testCase, () => {
      const map = new ResourceMap();
      map.list = resourcesIn(input);
      patchSelected(map, {}, readPatchDocument(patch.trim(), 'patch.yaml') ?? [], false, 'patch.yaml');
      return expectPrinted(
        map.list.map(({ object }) => object),
        expected ?? '',
      );
    });
  },
  merge2,
  merge3,
  generator,
  plugin,
};
