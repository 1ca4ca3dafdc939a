import { oddScalar } from '../odd-scalars.ts';
import { Raw, type Made, type MadeMapping } from '../yaml-text.ts';
import type { Random } from '../random.ts';
import { nameOf, NAMES, NAMESPACES, pairs } from './object-pool.ts';
import type { Draft } from './draft.ts';

const LITERALS = [
  ...['a=1', 'b=two', 'c="quoted"', "d='single'", 'e=', 'f=x=y', 'g= spaced ', 'h=multi\nline', 'k=v', 'k2=$(NAME)'],
  ...['i=é😀', 'j=<b>&', 'l="half', 'm=\'a"', 'n=yes', 'o=0755', 'p="', "q=''", 'r=\ttab', 'UP.PER_x-1=1'],
];
const BAD_LITERALS = [
  '1=x',
  'true=x',
  'y=x',
  '0x=1',
  'null=x',
  '2001-01-01=x',
  'novalue',
  '=x',
  'bad key=1',
  'é=1',
  '',
  '..=1',
  '.=1',
];
const ENV_LINES = [
  ...[
    'A=1',
    'B=two words',
    '# comment',
    '',
    'C="quoted"',
    'D=',
    '  E=lead',
    'F=x=y',
    'G= spaced',
    'H=é',
    'EMPTY',
    'export X=1',
  ],
  ...['I=a\r', 'a.b-c=1', '\tT=1'],
];
const BAD_ENV_LINES = ['1A=x', '=x', 'A B=1', 'é=1', '-=1'];
const CONTENTS: readonly (string | Uint8Array)[] = [
  ...[
    'plain\n',
    'no end',
    '',
    'a: 1\nb:\n- x\n',
    'line one\nline two  \n\ttab\n',
    'crlf\r\nlines\r\n',
    '\uFEFFwith mark',
    'é中😀\n',
    'trail \n',
    '\n\nstart',
  ],
  ...['x'.repeat(200), '{"a": 1}', '---\n', '# only\n', 'nul\u0000', '\u0085nel', 'a\u2028b'],
  Uint8Array.of(0xff, 0xfe, 0x00, 0x61),
  Uint8Array.from({ length: 90 }, (_, index) => (index * 37 + 128) % 256),
  Uint8Array.of(0x61, 0xc3),
];

/** `generatorOptions`, or a generator's own. */
export function generatorOptions(random: Random): MadeMapping {
  return {
    labels: random.maybe(0.4, () => pairs(random)),
    annotations: random.maybe(0.3, () => ({ note: random.slip(0.1) ? oddScalar(random) : 'made' })),
    disableNameSuffixHash: random.maybe(0.5, () => random.chance(0.8)),
    immutable: random.maybe(0.25, () => random.chance(0.8)),
  };
}

/** An entry of `configMapGenerator` or `secretGenerator`. */
export function generatorEntry(random: Random, draft: Draft, kind: 'ConfigMap' | 'Secret'): MadeMapping {
  const same = draft.known.filter((known) => known.kind === kind);
  const over = same.length > 0 && random.chance(0.3) ? random.pick(same) : undefined;
  const free = NAMES.filter((taken) => !same.some(({ name, now }) => name === taken || now === taken));
  const name =
    over !== undefined
      ? random.pick([over.name, over.now])
      : free.length === 0 || random.slip(0.1)
        ? nameOf(random)
        : random.pick(free);
  const behavior =
    over === undefined
      ? random.maybe(0.1, () => (random.slip(0.3) ? 'merge' : random.pick(['create', 'odd'])))
      : random.slip(0.1)
        ? 'create'
        : random.pick(['merge', 'replace']);
  const namespace = over === undefined ? random.maybe(0.2, () => random.pick(NAMESPACES)) : over.namespace;
  if (over === undefined) draft.known = [...draft.known, { apiVersion: 'v1', kind, name, now: name, namespace }];
  return {
    name: random.slip(0.01) ? undefined : name,
    namespace,
    behavior,
    literals: random.maybe(0.7, () =>
      random.list(0, 3, () => (random.slip(0.02) ? random.pick(BAD_LITERALS) : random.pick(LITERALS))),
    ),
    files: random.maybe(0.4, () => random.list(1, 2, () => fileSource(random, draft))),
    envs: random.maybe(0.25, () => [envFile(random, draft)]),
    env: random.maybe(0.05, () => envFile(random, draft)),
    type: kind === 'Secret' ? random.maybe(0.3, () => random.pick(['kubernetes.io/tls', 'Opaque', ''])) : undefined,
    options: random.maybe(0.3, () => generatorOptions(random)),
  };
}

function fileSource(random: Random, draft: Draft): Made {
  const path = draft.addFile(random, 'data', random.pick(CONTENTS), random.pick(['txt', 'properties', 'bin']));
  if (random.chance(0.5)) return path;
  return random.slip(0.03)
    ? random.pick([`=${path}`, `a=b=${path}`, 'key=', new Raw('7')])
    : `${random.pick(['key', 'app.conf', 'K_1'])}=${path}`;
}

function envFile(random: Random, draft: Draft): string {
  const lines = random.list(0, 4, () => (random.slip(0.02) ? random.pick(BAD_ENV_LINES) : random.pick(ENV_LINES)));
  const mark = random.chance(0.05) ? '\uFEFF' : '';
  return draft.addFile(random, 'vars', `${mark}${lines.join('\n')}${random.chance(0.7) ? '\n' : ''}`, 'env');
}
