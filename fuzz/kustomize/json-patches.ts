import { oddCollection, oddScalar } from '../odd-scalars.ts';
import { printYaml, Raw, type Made, type MadeMapping } from '../yaml-text.ts';
import type { Random } from '../random.ts';
import { IMAGES, WORDS } from './object-pool.ts';

/** Pointers of which most objects lack most. */
const WILD_PATHS = [
  ...[
    '/metadata/labels/app',
    '/metadata/annotations/note',
    '/metadata/name',
    '/metadata/namespace',
    '/metadata/labels',
  ],
  ...[
    '/spec/replicas',
    '/spec/template/spec/containers/0/image',
    '/spec/template/spec/containers/-',
    '/spec',
    '/data/k',
  ],
  ...['/spec/template/spec/containers/0/env/-', '/spec/template/spec/containers/1', '/spec/list/0', '/spec/list/-'],
  ...['/spec/items/0/value', '/metadata/annotations/a~1b', '/kind', '/apiVersion', '/spec/size', '/spec/selector/app'],
  ...[
    '/spec/ports/0',
    '/spec/ports/-1',
    '/data/app.conf',
    '/metadata/annotations',
    '',
    '/',
    '/spec/list/01',
    '/data/new',
  ],
  ...['/spec/nested/a', 'spec/size', '/spec/list/1e0', '/metadata/labels/a~0b', '/metadata/labels/~2'],
] as const;

/** Pointers into what the first operation of a tame patch makes. */
const MADE = {
  list: ['a', 'b', { name: 'n' }],
  map: { k: 1, 'a/b': 2, 'm~n': 3 },
  none: null,
  nested: [[1], [2, [3]]],
} as const;
const MADE_PATHS = [
  ...[
    '/extra/list/0',
    '/extra/list/-',
    '/extra/list/1',
    '/extra/list/2/name',
    '/extra/map/k',
    '/extra/map/a~1b',
    '/extra/map/m~0n',
  ],
  ...[
    '/extra/map',
    '/extra/list',
    '/extra/none',
    '/extra/nested/1/1',
    '/extra/nested/1/1/-',
    '/extra/nested/0',
    '/extra',
  ],
] as const;
const NEW_PATHS = [
  '/extra/new',
  '/extra/map/new',
  '/extra/list/0',
  '/extra/list/-',
  '/extra/list/2',
  '/extra/nested/0/-',
  '/metadata/annotations',
  '/metadata/labels',
  '/status',
  '/metadata/name',
  '/metadata/namespace',
  '/spec',
  '/data',
] as const;

/** Operations of a JSON patch, as YAML or as JSON, that may change kinds or not. */
export function jsonPatch(random: Random, changesKinds: boolean): string {
  const operations = random.slip(0.4)
    ? random.list(1, 3, () => wildOperation(random, changesKinds))
    : tameOperations(random);
  if (random.chance(0.2))
    return JSON.stringify(operations, (_key, value: unknown) => (value instanceof Raw ? value.text : value));
  return operations.map((item) => `- ${printYaml(item, random).trimEnd().replaceAll('\n', '\n  ')}\n`).join('');
}

function wildOperation(random: Random, changesKinds: boolean): MadeMapping {
  const op = random.slip(0.02)
    ? random.pick(['merge', 'ADD', ''])
    : random.pick(['add', 'add', 'add', 'replace', 'replace', 'remove', 'test', 'copy', 'move']);
  const picked = random.pick(WILD_PATHS);
  const path = picked === '/kind' && !changesKinds ? '/apiVersion' : picked;
  const from = op === 'copy' || op === 'move' ? { from: random.pick(WILD_PATHS) } : {};
  const hasValue = op === 'remove' || op === 'copy' || op === 'move' ? 0.05 : 0.97;
  return { op, path, ...from, ...(random.chance(hasValue) ? { value: anyValue(random) } : {}) };
}

/** Operations that mostly apply: on what the first one puts in, or on what is in all objects. */
function tameOperations(random: Random): MadeMapping[] {
  if (random.chance(0.35)) return [{ op: 'add', path: random.pick(NEW_PATHS.slice(6)), value: textMap(random) }];
  const start = random.chance(0.7) ? { ...MADE, odd: oddScalar(random) } : { ...MADE, odd: oddCollection(random) };
  return [{ op: 'add', path: '/extra', value: start }, ...random.list(0, 3, () => tameOperation(random))];
}

function textMap(random: Random): Made {
  return random.chance(0.3) ? random.pick<Made>(['text', { app: oddScalar(random) }]) : { app: random.pick(WORDS) };
}

function tameOperation(random: Random): MadeMapping {
  const op = random.pick(['add', 'add', 'replace', 'remove', 'copy', 'move', 'test'] as const);
  switch (op) {
    case 'add':
      return { op, path: random.pick([...NEW_PATHS.slice(0, 6), ...MADE_PATHS]), value: anyValue(random) };
    case 'replace':
      return {
        op,
        path: random.pick([...MADE_PATHS.filter((path) => !path.endsWith('-')), '/metadata/name']),
        value: anyValue(random),
      };
    case 'remove':
      return { op, path: random.pick(MADE_PATHS.filter((path) => !path.endsWith('-'))) };
    case 'test':
      return {
        op,
        path: '/extra/map/k',
        value: random.slip(0.3) ? anyValue(random) : random.pick([1, new Raw('1.0')]),
      };
    default:
      return {
        op,
        from: random.pick(MADE_PATHS.filter((path) => !path.endsWith('-'))),
        path: random.pick(NEW_PATHS.slice(0, 6)),
      };
  }
}

function anyValue(random: Random): Made {
  if (random.chance(0.5)) return random.pick<Made>([...WORDS, 3, null, true, ...IMAGES.slice(0, 2)]);
  return random.pick<Made>([oddScalar(random), oddCollection(random), { app: 'x' }, ['a'], [{ name: 'n' }]]);
}
