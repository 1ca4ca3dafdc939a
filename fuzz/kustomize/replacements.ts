import type { Made, MadeMapping } from '../yaml-text.ts';
import { printYaml } from '../yaml-text.ts';
import { oddScalar } from '../odd-scalars.ts';
import { pathIntoText } from '../structured-texts.ts';
import type { Random } from '../random.ts';
import { groupVersion, nameOf, type Known } from './object-pool.ts';
import { selector } from './selectors.ts';
import type { Draft } from './draft.ts';

const SOURCE_PATHS = [
  ...[
    'metadata.name',
    'metadata.namespace',
    'spec.replicas',
    'data.k',
    'metadata.labels.app',
    'spec.template.spec.containers.0.image',
  ],
  ...['spec.template.spec.containers.[name=main].image', 'spec', 'kind', 'spec.ports.0.port', 'spec.list', 'spec.size'],
  ...[
    'data.[k]',
    'metadata.annotations.note',
    'spec.selector',
    'spec.items.[name=one].value',
    'data.app\\.conf',
    'data.app\\.conf.b',
  ],
];
const CONTAINERS = 'spec.template.spec.containers';
const WORKLOAD_PATHS = [
  'spec',
  'spec.template',
  `${CONTAINERS}.0.name`,
  `${CONTAINERS}.[name=main].name`,
  CONTAINERS,
  `${CONTAINERS}.[name=main]`,
];
/** Paths that lead somewhere in an object of a kind. */
const SURE_PATHS: Readonly<Record<string, readonly string[]>> = {
  Deployment: WORKLOAD_PATHS,
  StatefulSet: WORKLOAD_PATHS,
  DaemonSet: WORKLOAD_PATHS,
  Job: WORKLOAD_PATHS,
  Pod: ['spec.containers.0.name', 'spec.containers'],
  Widget: ['spec.size', 'spec'],
  Gadget: ['spec.size'],
  Ingress: ['spec.rules.0.host', 'spec.rules', 'spec.rules.0.http.paths.0.backend.service.port.number'],
  CronJob: ['spec.schedule'],
};
/** Paths that can be made in most objects. */
const CREATED_PATHS = [
  ...[
    'metadata.name',
    'metadata.namespace',
    'metadata.labels.app',
    'metadata.annotations.note',
    'metadata.annotations.[a.b/c]',
  ],
  ...[
    'spec.size',
    'spec.new.deep.field',
    'data.k',
    'data.new',
    'extra.list.0',
    'extra.items.[name=one].value',
    'metadata.labels.new',
    'extra',
  ],
  ...[
    'spec.template.spec.containers.[name=main].image',
    'spec.template.spec.containers.0.image',
    'spec.replicas',
    'extra.items.[name=one].env.[name=A].value',
  ],
];
const TARGET_PATHS = [
  ...[
    'metadata.name',
    'metadata.namespace',
    'metadata.labels.app',
    'metadata.annotations.note',
    'spec.replicas',
    'data.k',
    'data.new',
  ],
  ...[
    'spec.template.spec.containers.0.image',
    'spec.template.spec.containers.[name=main].image',
    'spec.template.spec.containers.*.image',
  ],
  ...[
    'spec.template.spec.containers.[name=main].env.[name=V0].value',
    'spec.list.0',
    'spec.items.*.value',
    'spec.items.[name=one].value',
  ],
  ...[
    'spec.list.-',
    'spec.new.deep.field',
    'spec.template.spec.containers.[name=s.*].image',
    'spec.ports.0.port',
    'spec.size',
    'spec',
  ],
  ...[
    'spec.text.a.b',
    'data.app\\.conf.b.0',
    'metadata.annotations.[a.b/c]',
    'spec.selector.matchLabels.app',
    'spec.list.5',
    'spec.template.metadata.labels',
  ],
  ...[
    'spec.template.spec.containers.[image=nginx].name',
    'spec.list.[=one]',
    'spec.*',
    'data.*',
    'spec.items.1.name',
    'spec.nested.a',
  ],
];

/** An entry of `replacements`, inline or in a file. */
export function replacementEntry(random: Random, draft: Draft): MadeMapping {
  const entry = replacement(random, draft.known);
  if (random.chance(0.85)) return entry;
  const content = random.chance(0.5) ? printYaml(entry, random) : printYaml([entry], random);
  return { path: draft.addFile(random, 'replacement', content), ...(random.slip(0.05) ? entry : {}) };
}

/** A replacement with a source and targets. */
export function replacement(random: Random, known: readonly Known[]): MadeMapping {
  const asValue = random.chance(0.25);
  return {
    sourceValue: asValue
      ? random.chance(0.2)
        ? oddScalar(random)
        : random.pick(['value', 'a:b:c', '7', 'true', ''])
      : undefined,
    source: !asValue || random.slip(0.02) ? source(random, known) : undefined,
    targets: random.chance(0.98) ? random.list(1, 2, () => target(random, known)) : undefined,
  };
}

function source(random: Random, known: readonly Known[]): MadeMapping {
  const of = known.length > 0 && random.chance(0.95) ? random.pick(known) : undefined;
  const { group, version } = groupVersion(of?.apiVersion ?? 'v1');
  const sure = ['metadata.name', 'kind', 'apiVersion', ...(SURE_PATHS[of?.kind ?? ''] ?? [])];
  return {
    group: random.maybe(0.2, () => group),
    version: random.maybe(0.2, () => version),
    kind: random.chance(0.95) ? (of?.kind ?? 'ConfigMap') : undefined,
    name: !random.slip(0.1) ? random.pick([of?.name ?? nameOf(random), of?.now ?? nameOf(random)]) : undefined,
    namespace: random.maybe(0.15, () => of?.namespace ?? 'default'),
    fieldPath: random.maybe(0.75, () => random.pick(random.slip(0.3) ? SOURCE_PATHS : sure)),
    options: random.maybe(0.25, () => options(random)),
  };
}

const HOLDING_KINDS = ['ConfigMap', 'Secret', 'Widget', 'Gadget'];

/** A target within texts that objects hold, which most objects do not. */
function textTarget(random: Random, known: readonly Known[]): MadeMapping {
  const holders = known.filter(({ kind }) => HOLDING_KINDS.includes(kind));
  const of = holders.length > 0 ? random.pick(holders) : undefined;
  return {
    select: { kind: of?.kind ?? 'ConfigMap', name: of?.now ?? 'app' },
    fieldPaths: random.list(1, 2, () => pathIntoText(random)),
    options: random.maybe(0.7, () => options(random, true)),
  };
}

function target(random: Random, known: readonly Known[]): MadeMapping {
  if (random.chance(0.12)) return textTarget(random, known);
  return {
    select: random.chance(0.99) ? selector(random, known) : undefined,
    reject: random.maybe(0.2, () => random.list(1, 2, () => selector(random, known))),
    fieldPaths: random.maybe(0.92, () =>
      random.list(1, 2, () => random.pick(random.slip(0.4) ? TARGET_PATHS : CREATED_PATHS)),
    ),
    options: random.maybe(random.wildness > 0 ? 0.5 : 0.9, () => options(random, true)),
  };
}

function options(random: Random, isTarget = false): Made {
  return {
    delimiter: random.maybe(0.4, () => random.pick([':', '/', '.', '-', '@', ', '])),
    index: random.maybe(0.4, () => (isTarget || random.slip(0.3) ? random.pick([0, 1, 2, -1, 9]) : 0)),
    create: isTarget ? random.maybe(random.wildness > 0 ? 0.5 : 0.9, () => !random.slip(0.1)) : undefined,
    encoding: random.maybe(0.03, () => random.pick(['base64', 'hex'])),
  };
}
