// Each text below is what the real kustomize 5.8.1 prints, and refuses what is refused here.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { build, fails, over } from './testing/small-overlays.ts';

const OBJECT = 'kind: Thing\nmetadata:\n  name: x\n';
const YAML = `text: |
  # head
  a: {b: c}
  l:
    - name: one
      v: 1 # line
    - name: two
  n: null
  e:
`;
const PRINTED = `text: |-
  # head
  a: {b: c}
  l:
  - name: one
    v: 1 # line
  - name: two
  n: null
  e:
`;
const JSON_TEXT = `text: '{"port":80,"t":"y"}'\n`;

/** An overlay that puts what `source` names, the name if it says nothing, at a path of an object with these fields. */
function replaced(fields: string, path: string, { create = false, source = 'metadata.name' } = {}) {
  const target = `{select: {kind: Thing}, fieldPaths: ["${path}"], options: {create: ${create}}}`;
  const from = `{kind: Thing, name: x, fieldPath: "${source}"}`;
  return over(`replacements: [{source: ${from}, targets: [${target}]}]\n`, OBJECT + fields);
}

async function becomes(files: Record<string, string>, expected: string): Promise<void> {
  assert.equal((await build(files)).replace(OBJECT, ''), expected);
}

const creating = { create: true };

describe('a replacement into YAML that a field holds', () => {
  it('makes what is missing, and leaves comments, order and brackets as they were', async () => {
    await becomes(replaced(YAML, 'text.a.b'), PRINTED.replace('{b: c}', '{b: x}'));
    await becomes(replaced(YAML, 'text.a.new', creating), PRINTED.replace('{b: c}', '{b: c, new: x}'));
    await becomes(replaced(YAML, 'text.a.new.deep', creating), PRINTED.replace('{b: c}', '{b: c, new: {deep: x}}'));
    await becomes(replaced(YAML, 'text.new.0.foo', creating), `${PRINTED}  new:\n  - foo: x\n`);
    await becomes(replaced(YAML, 'text.new.[name=y].foo', creating), `${PRINTED}  new:\n  - name: y\n    foo: x\n`);
    await becomes(replaced(YAML, 'text.l.2', creating), PRINTED.replace('- name: two', '- name: two\n  - x'));
  });

  it('keeps what a tag said, and picks elements by patterns', async () => {
    const first = PRINTED.replace('v: 1', 'v: !!int x');
    await becomes(replaced(YAML, 'text.l.*.v'), first);
    await becomes(replaced(YAML, 'text.l.*.v', creating), first.replace('two', 'two\n    v: x'));
    await becomes(replaced(YAML, 'text.l.[name=t].v', creating), PRINTED.replace('two', 'two\n    v: x'));
    await becomes(replaced(YAML, 'text.n'), PRINTED.replace('n: null', 'n: !!null x'));
  });

  it('takes mappings and quotes along as they were written', async () => {
    const from = (fields: string, source: string) => replaced(`from: ${fields}\n${YAML}`, 'text.l.0', { source });
    const expected = (fields: string, text: string) =>
      `from: ${fields}\n${PRINTED.replace('- name: one\n    v: 1 # line', `- ${text}`)}`;
    await becomes(from('"true"', 'from'), expected('"true"', '"true"'));
    await becomes(from("it's", 'from'), expected("it's", "it's"));
    await becomes(from("'it''s'", 'from'), expected("it's", "'it''s'"));
    await becomes(from('\n  a: "b"', 'from'), expected('\n  a: b', 'a: "b"').replace('from: ', 'from:'));
    await becomes(from('{a: b}', 'from'), expected('\n  a: b', '{a: b}').replace('from: ', 'from:'));
    await becomes(
      replaced(`from: {a: b}\n${YAML}`, 'text.n', { source: 'from' }),
      `from:\n  a: b\n${PRINTED.replace('n: null', 'n:')}`,
    );
  });

  it('makes nothing below a null, and fails below nothing, an alias, and the end of a list', async () => {
    await becomes(replaced(YAML, 'text.n.v', creating), PRINTED);
    await becomes(replaced(YAML, 'text.n.[name=a].v', creating), PRINTED);
    await fails(replaced(YAML, 'text.n.v'), /unable to find field/);
    await fails(replaced(YAML, 'text.e.v', creating), /unable to find or create field/);
    await fails(replaced(YAML, 'text.l.3', creating), /index 3 specified but only 2/);
    await fails(replaced('text: |\n  a: &x {b: c}\n  d: *x\n', 'text.d.b'), /no mapping/);
    await fails(replaced('text: "# only"\n', 'text.a', creating), /empty text/);
  });
});

describe('a replacement into JSON that a field holds', () => {
  it('makes what is missing and prints it anew, its keys sorted', async () => {
    await becomes(replaced(JSON_TEXT, 'text.t'), `text: '{"port":80,"t":"x"}'\n`);
    await becomes(
      replaced(JSON_TEXT, 'text.new.more.0', creating),
      `text: '{"new":{"more":["x"]},"port":80,"t":"y"}'\n`,
    );
    await becomes(
      replaced(JSON_TEXT, 'text.new.[a=b].c', creating),
      `text: '{"new":[{"a":"b","c":"x"}],"port":80,"t":"y"}'\n`,
    );
  });

  it('changes nothing where the result would be no JSON', async () => {
    await becomes(replaced(JSON_TEXT, 'text.port'), JSON_TEXT);
    await becomes(replaced('text: |\n  {"a": "1", 1: 2}\n', 'text.a'), 'text: |\n  {"a": "1", 1: 2}\n');
  });

  it('changes nothing where the path leads there through every element, or through a text within', async () => {
    const list = `rows:\n- name: a\n  v: '{"p":"y"}'\n`;
    await becomes(replaced(list, 'rows.*.v.p'), list);
    await becomes(replaced(list, 'rows.[name=a.*].v.p'), list);
    await becomes(replaced(list, 'rows.[name=a].v.p'), list.replace('"y"', '"x"'));
    await fails(replaced(list, 'rows.*.v.none'), /unable to find field/);
  });
});

describe('a replacement below a null', () => {
  it('is made where the null was written, and of no effect', async () => {
    for (const written of ['null', '~', '!!null null']) {
      await becomes(replaced(`extra: ${written}\n`, 'extra.items.[name=one].v', creating), 'extra: null\n');
    }
    await becomes(replaced(`extra: "null"\n`, 'extra.a', creating), 'extra: "null"\n');
    await becomes(replaced('rows: [null]\n', 'rows.0.a', creating), 'rows:\n- null\n');
    await becomes(replaced('rows: [null]\n', 'rows.0.0', creating), 'rows:\n- null\n');
    await fails(replaced('extra:\n', 'extra.a', creating), /unable to find or create field/);
    await fails(replaced('rows: [""]\n', 'rows.0.0', creating), /needs a list/);
  });
});

describe('a pattern in the path of a replacement', () => {
  it('is held against an element as it is printed, quotes and all', async () => {
    await becomes(replaced('rows: [{name: main, v: a}]\n', 'rows.[name=^main$].v'), 'rows:\n- name: main\n  v: x\n');
    await fails(replaced('rows: [{name: "main", v: a}]\n', 'rows.[name=^main$].v'), /unable to find field/);
    await becomes(replaced('rows: ["a", b]\n', 'rows.[=^b$]'), 'rows:\n- a\n- x\n');
    await fails(replaced('rows: ["a", b]\n', 'rows.[=^a$]'), /unable to find field/);
  });

  it('makes an element whose text says what it is', async () => {
    await becomes(replaced('x: {}\n', 'x.l.[name=1].v', creating), 'x:\n  l:\n  - name: 1\n    v: x\n');
    await becomes(replaced('x: {}\n', 'x.l.[name=].v', creating), 'x:\n  l:\n  - name: ""\n    v: x\n');
    await becomes(replaced('x:\n  k: v\n', 'x.l.[name=].v', creating), 'x:\n  k: v\n  l:\n  - name: null\n    v: x\n');
  });
});
