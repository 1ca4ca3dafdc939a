import type { Random } from './random.ts';

/** Texts that hold YAML or JSON, as ConfigMaps do, with what readers of such texts meet: comments, anchors, odd ends. */
const TEXTS = [
  ...['{"a": {"b": 1}}', '{"port": 80, "host": "h"}', '{}', '[]', '[{"name": "one", "value": 1}]', '["a", "b"]'],
  ...[
    '{\n  "a": {"b": "x"},\n  "list": [1, "two", null]\n}',
    '{"a": null, "text": "{\\"b\\": 1}"}',
    '{"a": "<b>&", "f": 1.50}',
  ],
  ...['{"b": "1", "a": true, "l": [{"name": "one"}, {"name": "two", "value": "v"}]}', '{"a": "2001-01-01", "n": 1e3}'],
  ...['a: 1\nb:\n  - x\n  - y\n', 'a:\n  b: 1\n  c: [x, y]\n', 'a: {b: c}\n', '# head\na: b # line\n\n# foot\n'],
  ...[
    'l:\n  - name: one\n    value: "1"\n  - name: two\nb: null\ne:\n',
    'a: &x {b: 1}\nd: *x\n',
    '- a\n- {name: one}\n',
  ],
  ...[
    'a: b\n---\nc: d\n',
    '---\na: "b"\n',
    "a: 'it''s'\nb: |\n  x\n  y\n",
    'a: yes\nb: 0o7\nf: 1.0\n',
    '"a": b\n1: c\n',
  ],
  ...[
    'k=v',
    'null',
    '~',
    '3',
    '',
    'a: [1',
    '{"a": ',
    'a:\n\t- b',
    '# only\n',
    '  a: b\n  c: d\n',
    'a: !!str 1\nb: !t x\n',
  ],
];

/** A text that holds YAML or JSON, or seems to. */
export function structuredText(random: Random): string {
  return random.pick(TEXTS);
}

/** Where in objects such texts stand. */
const HOLDERS = ['data.app\\.conf', 'data.k', 'spec.text', 'metadata.annotations.note', 'data.UPPER'];
const STEPS = [
  'a',
  'b',
  'a.b',
  'c',
  'l.0',
  'l.[name=one].value',
  'l.*.value',
  '*',
  '0',
  '[name=one].value',
  'l.[name=t].v',
];
const DEEPER = [
  'new',
  'new.deep',
  'l.2',
  'b.0',
  'b.1',
  'e.x',
  'text.b',
  '1',
  'l.[=two]',
  'list.-',
  'a.0',
  'd.b',
  'new.[x=y].z',
];

/** The path of a field within such a text. */
export function pathIntoText(random: Random): string {
  return `${random.pick(HOLDERS)}.${random.chance(0.6) ? random.pick(STEPS) : random.pick(DEEPER)}`;
}
