import { oddCollection, oddScalar } from '../odd-scalars.ts';
import { printYaml, type Made, type MadeMapping } from '../yaml-text.ts';
import type { Random } from '../random.ts';
import { derivedPatch } from './derived-patch.ts';
import { nameOf, NAMESPACES, pairs, WORDS, type Known } from './object-pool.ts';
import { makeBody } from './objects.ts';
import { container, podSpec } from './pods.ts';
import { namedSelector, selector } from './selectors.ts';
import type { Draft } from './draft.ts';
import { jsonPatch } from './json-patches.ts';

/** An entry of `patches`: inline or in a file, a merge or operations, with or without a target. */
export function patchEntry(random: Random, draft: Draft): MadeMapping {
  const json = random.chance(0.45);
  const text = json ? jsonPatch(random, draft.changesKinds) : mergePatches(random, draft.known);
  const wantsTarget = json ? !random.slip(0.03) : random.chance(0.45);
  const inline = random.chance(0.6);
  return {
    ...(inline ? { patch: text } : { path: draft.addFile(random, 'patch', text) }),
    target: wantsTarget ? selector(random, draft.known) : undefined,
    options: random.maybe(0.12, () => ({
      allowNameChange: random.maybe(0.7, () => random.chance(0.8)),
      allowKindChange: draft.changesKinds ? random.maybe(0.7, () => random.chance(0.8)) : undefined,
    })),
  };
}

/** An entry of `patchesJson6902`. */
export function json6902Entry(random: Random, draft: Draft): MadeMapping {
  const text = jsonPatch(random, draft.changesKinds);
  return {
    ...(random.chance(0.6) ? { patch: text } : { path: draft.addFile(random, 'json-patch', text) }),
    target: random.slip(0.03) ? undefined : namedSelector(random, draft.known),
  };
}

/** An entry of `patchesStrategicMerge`: a text or a file. */
export function strategicEntry(random: Random, draft: Draft): string {
  const text = mergePatches(random, draft.known);
  return random.chance(0.5) ? text : draft.addFile(random, 'merge', text);
}

/** One strategic merge patch, now and then several. */
function mergePatches(random: Random, known: readonly Known[]): string {
  return random.list(1, random.chance(0.1) ? 3 : 1, () => printYaml(mergePatch(random, known), random)).join('---\n');
}

function mergePatch(random: Random, known: readonly Known[]): MadeMapping {
  const of: Known =
    known.length > 0 && !random.slip(0.05)
      ? random.pick(known)
      : { apiVersion: 'apps/v1', kind: 'Deployment', name: nameOf(random), now: 'x', namespace: undefined };
  const labels = random.maybe(0.35, () =>
    random.chance(0.2) ? { app: random.pick([null, oddScalar(random)]) } : pairs(random),
  );
  const annotations = random.maybe(0.2, () => ({ note: random.pick([null, 'x', oddScalar(random)]) }));
  const head: MadeMapping = {
    apiVersion: of.apiVersion,
    kind: of.kind,
    metadata: {
      name: random.slip(0.05) ? 'new-name' : random.chance(0.75) ? of.now : of.name,
      namespace: random.slip(0.1) ? random.pick(NAMESPACES) : of.namespace,
      labels,
      annotations,
    },
  };
  if (random.chance(0.06))
    return { ...head, $patch: random.slip(0.1) ? 'other' : random.pick(['delete', 'replace', 'merge']) };
  if (random.chance(0.35)) return { ...head, ...derivedPatch(random, makeBody(random, of.kind)) };
  return { ...head, ...mergeBody(random, of.kind) };
}

function mergeBody(random: Random, kind: string): MadeMapping {
  if (kind === 'ConfigMap' || kind === 'Secret') {
    return { data: { k: random.pick([null, 'patched', oddScalar(random)]), more: random.maybe(0.4, () => 'x') } };
  }
  if (kind === 'Service') {
    return {
      spec: {
        ports: random.maybe(0.6, () =>
          random.list(1, 2, () => elementPatch(random, { port: random.pick([80, 443, 9]), targetPort: 1 })),
        ),
        selector: random.maybe(0.4, () => pairs(random)),
        type: random.maybe(0.4, () => 'NodePort'),
      },
    };
  }
  if (kind === 'Pod') return { spec: podPatch(random) };
  if (kind === 'CronJob') return { spec: { jobTemplate: { spec: { template: { spec: podPatch(random) } } } } };
  if (kind === 'Widget' || kind === 'Gadget') {
    return {
      spec: {
        size: random.maybe(0.5, () => random.pick([null, oddScalar(random)])),
        nested: random.maybe(0.3, () => random.pick([null, oddCollection(random)])),
        items: random.maybe(0.4, () =>
          random.list(0, 2, () => elementPatch(random, { name: random.pick(WORDS), value: 2 })),
        ),
        list: random.maybe(0.2, () => [random.pick(WORDS)]),
      },
    };
  }
  return {
    spec: {
      replicas: random.maybe(0.3, () => random.pick([null, 2, oddScalar(random)])),
      template: random.maybe(0.6, () => ({
        metadata: random.maybe(0.2, () => ({ labels: pairs(random) })),
        spec: podPatch(random),
      })),
      strategy: random.maybe(0.1, () => ({ type: 'Recreate', $patch: random.maybe(0.5, () => 'replace') })),
    },
  };
}

function podPatch(random: Random): MadeMapping {
  if (random.chance(0.1)) return podSpec(random);
  return {
    containers: random.maybe(0.8, () =>
      random.list(1, 2, () => elementPatch(random, container(random, random.pick(['main', 'side', 'new'])))),
    ),
    volumes: random.maybe(0.2, () =>
      random.pick<Made>([[{ name: 'one', emptyDir: {} }], null, [{ $patch: 'replace' }, { name: 'two' }]]),
    ),
    tolerations: random.maybe(0.1, () => [{ key: 'one' }]),
    nodeSelector: random.maybe(0.1, () => random.pick([null, pairs(random)])),
    $setElementOrder: random.maybe(0.02, () => 'x'),
  };
}

function elementPatch(random: Random, element: MadeMapping): Made {
  if (random.chance(0.1)) return { ...element, $patch: random.pick(['delete', 'replace', 'merge']) };
  if (random.chance(0.04)) return { $patch: random.slip(0.1) ? 'x' : random.pick(['delete', 'replace', 'merge']) };
  if (random.slip(0.02)) return random.pick<Made>([null, {}, 'text']);
  return element;
}
