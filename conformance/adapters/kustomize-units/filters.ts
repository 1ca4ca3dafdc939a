import {
  addAffix,
  addValueTo,
  changeContainers,
  changeImageFields,
  changerOf,
  defaultConfig,
  eachField,
  fieldSpec,
  replaceValues,
  replaceVariables,
  ResourceMap,
  setNamespaceOf,
  setPairs,
  setReplicas,
  updateNameReferences,
  type FieldSpec,
} from '@capstan/render/kustomize/parts';
import { parse } from '@capstan/yaml';
import { z } from 'zod';
import { expectPrinted, judge, resourcesIn, type Unit } from './unit.ts';

const spec = z
  .object({
    group: z.string().optional(),
    version: z.string().optional(),
    kind: z.string().optional(),
    path: z.string(),
    create: z.boolean().optional(),
  })
  .transform((written) => {
    const { group = '', version = '', kind = '' } = written;
    return fieldSpec(written.path, { group, version, kind }, written.create === true);
  });
const filtered = z.looseObject({ input: z.string(), expected: z.string().optional() });
const texts = z.record(z.string(), z.string());
const image = z.object({
  name: z.string(),
  newName: z.string().optional(),
  newTag: z.string().optional(),
  tagSuffix: z.string().optional(),
  digest: z.string().optional(),
});
/** `defaultFieldSpecs` names built-in ones that come before those of the case. */
const withDefaults = filtered
  .extend({
    defaultFieldSpecs: z
      .enum(['commonAnnotations', 'commonLabels', 'images', 'namePrefix', 'namespace', 'replicas', 'templateLabels'])
      .optional(),
    fieldSpecs: z.array(spec).nullish(),
  })
  .transform(({ defaultFieldSpecs, fieldSpecs, ...rest }) => ({
    ...rest,
    fieldSpecs: [...(defaultFieldSpecs === undefined ? [] : defaultConfig[defaultFieldSpecs]), ...(fieldSpecs ?? [])],
  }));

/** Runs `run` on the resources of a case and compares what they have become. */
function filter(testCase: unknown, run: (map: ResourceMap) => void): ReturnType<Unit> {
  const { input, expected } = filtered.parse(testCase);
  return judge(testCase, () => {
    const map = new ResourceMap();
    map.list = resourcesIn(input);
    run(map);
    return expectPrinted(
      map.list.map(({ object }) => object),
      expected ?? '',
    );
  });
}

const affix =
  (side: 'prefix' | 'suffix'): Unit =>
  (testCase) => {
    const parsed = z
      .looseObject({ prefix: z.string().optional(), suffix: z.string().optional(), fieldSpec: spec })
      .parse(testCase);
    return filter(testCase, (map) => addAffix(map, side, parsed[side] ?? '', [parsed.fieldSpec]));
  };

const pairs =
  (name: 'labels' | 'annotations'): Unit =>
  (testCase) => {
    const { fieldSpecs } = withDefaults.parse(testCase);
    const { [name]: values = {} } = z
      .looseObject({ labels: texts.optional(), annotations: texts.optional() })
      .parse(testCase);
    return filter(testCase, (map) => setPairs(map, values, fieldSpecs));
  };

const onFields =
  (specsOf: (testCase: unknown) => readonly FieldSpec[]): Unit =>
  (testCase) => {
    const { setScalar, createKind } = z
      .looseObject({ setScalar: z.string(), createKind: z.enum(['scalar', 'mapping']).optional() })
      .parse(testCase);
    return filter(testCase, (map) => {
      for (const { object } of map.list) {
        for (const of of specsOf(testCase)) eachField(object, of, createKind ?? 'none', (slot) => slot.set(setScalar));
      }
    });
  };

const nameReference: Unit = (testCase) => {
  const { referrer, candidates, originalNames, nameField, target, expected, ...affixes } = z
    .looseObject({
      referrer: z.string(),
      candidates: z.string(),
      originalNames: z.array(z.string()),
      nameField: spec,
      target: z.object({ group: z.string().optional(), version: z.string().optional(), kind: z.string().optional() }),
      expected: z.string().optional(),
      candidatePrefixes: z.array(z.string()).optional(),
      candidateSuffixes: z.array(z.string()).optional(),
      referrerPrefix: z.string().optional(),
      referrerSuffix: z.string().optional(),
    })
    .parse(testCase);
  return judge(testCase, () => {
    const [from] = resourcesIn(referrer);
    if (from === undefined) throw new Error('a case has no referrer');
    from.prefixes = given(affixes.referrerPrefix);
    from.suffixes = given(affixes.referrerSuffix);
    const map = new ResourceMap();
    map.list = [from];
    resourcesIn(candidates).forEach((candidate, index) => {
      const name = candidate.name;
      candidate.setName(originalNames[index] ?? name);
      candidate.rememberId();
      candidate.setName(name);
      candidate.prefixes = given(affixes.candidatePrefixes?.[index]);
      candidate.suffixes = given(affixes.candidateSuffixes?.[index]);
      map.list.push(candidate);
    });
    const { group = '', version = '', kind = '' } = target;
    updateNameReferences(map, [{ group, version, kind, referrers: [nameField] }]);
    return expectPrinted([from.object], expected ?? '');
  });
};

function given(affix: string | undefined): string[] {
  return affix === undefined || affix === '' ? [] : affix.split(',');
}

/** Transformers, each on resources alone. */
export const filterUnits: Readonly<Record<string, Unit>> = {
  prefix: affix('prefix'),
  suffix: affix('suffix'),
  labels: pairs('labels'),
  annotations: pairs('annotations'),
  namespace: (testCase) => {
    const { namespace } = z.looseObject({ namespace: z.string() }).parse(testCase);
    const { fieldSpecs } = withDefaults.parse(testCase);
    return filter(testCase, (map) => {
      for (const resource of map.list) setNamespaceOf(resource, { namespace, fieldSpecs });
    });
  },
  replicas: (testCase) => {
    const { replica, fieldSpec: of } = z
      .looseObject({ replica: z.object({ name: z.string(), count: z.number() }), fieldSpec: spec })
      .parse(testCase);
    return filter(testCase, (map) => setReplicas(map, replica.name, replica.count, [of]));
  },
  image: (testCase) => {
    const { fieldSpecs } = withDefaults.parse(testCase);
    const { image: wanted } = z.looseObject({ image }).parse(testCase);
    return filter(testCase, (map) => {
      for (const { object } of map.list) changeImageFields(object, changerOf(wanted), fieldSpecs);
    });
  },
  legacyImage: (testCase) => {
    const { image: wanted } = z.looseObject({ image }).parse(testCase);
    return filter(testCase, (map) => {
      for (const { object } of map.list) changeContainers(object, changerOf(wanted));
    });
  },
  valueAdd: (testCase) => {
    const { value, ...target } = z
      .looseObject({ value: z.string(), fieldPath: z.string(), filePathPosition: z.number() })
      .parse(testCase);
    return filter(testCase, (map) => {
      for (const { object } of map.list) addValueTo(object, value, target);
    });
  },
  fieldSpec: onFields((testCase) => [
    spec.parse(parse(z.looseObject({ fieldSpec: z.string() }).parse(testCase).fieldSpec)),
  ]),
  fieldSpecs: onFields((testCase) =>
    z.array(spec).parse(parse(z.looseObject({ fieldSpecs: z.string() }).parse(testCase).fieldSpecs) ?? []),
  ),
  varRef: (testCase) => {
    const { vars, fieldSpec: of } = z
      .looseObject({ vars: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), fieldSpec: spec })
      .parse(testCase);
    return filter(testCase, (map) => {
      for (const { object } of map.list) replaceVariables(object, new Map(Object.entries(vars)), [of]);
    });
  },
  nameReference,
  replacement: (testCase) => {
    const { replacements } = z.looseObject({ replacements: z.string() }).parse(testCase);
    const { replacements: list } = z.object({ replacements: z.array(z.looseObject({})) }).parse(parse(replacements));
    return filter(testCase, (map) => replaceValues(map, list));
  },
};
