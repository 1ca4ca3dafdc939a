import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { memoryTree, type MemoryFiles } from '@capstan/tree';
import { evaluateJsonnet, type JsonnetOptions } from './index.ts';

const options = { maxFiles: 100 };
const run = (program: string, more: Partial<JsonnetOptions> = {}, files: MemoryFiles = {}) =>
  evaluateJsonnet(memoryTree({ ...files, 'app/main.jsonnet': program }), 'app/main.jsonnet', { ...options, ...more });
const fails = (program: string, text: RegExp, more: Partial<JsonnetOptions> = {}, files: MemoryFiles = {}) =>
  assert.rejects(run(program, more, files), (error) => {
    assert.ok(isCapstanError(error, 'RENDER_INVALID', 'RENDER_LIMIT'), String(error));
    assert.match(error.message, text);
    return true;
  });

describe('the language', () => {
  it('has objects that inherit, whose fields are worked out late', async () => {
    const program = `
      local base = { name: 'a', greeting: 'hello ' + self.name, hidden:: 1, list: [1] };
      base { name: 'b', list+: [2], sum: super.hidden + 1, all: std.objectFieldsAll(self) }`;
    assert.deepEqual(await run(program), {
      name: 'b',
      greeting: 'hello b',
      list: [1, 2],
      sum: 2,
      all: ['all', 'greeting', 'hidden', 'list', 'name', 'sum'],
    });
    assert.deepEqual(await run(`{ a: { b: $.c }, c: 3, [if false then 'x']: 1, ['d' + 'e']: 2 }`), {
      a: { b: 3 },
      c: 3,
      de: 2,
    });
    assert.deepEqual(await run(`{ a+: 1, b: 'a' in super } + { a: if 'a' in super then super.a + 1 }`), {
      a: 2,
      b: false,
    });
  });

  it('has comprehensions, slices, defaults, named arguments and text blocks', async () => {
    const program = `
      local f(x, y=x + 1) = [x, y];
      {
        pairs: [[x, y] for x in std.range(1, 3) if x != 2 for y in ['a']],
        squares: { ['n' + x]: x * x for x in [1, 2] },
        sliced: ['abcdef'[1:5:2], [1, 2, 3][-2:]],
        calls: [f(1), f(y=5, x=4)],
        text: |||
          one
            two

          three
        |||,
        chomped: |||-
          x
        |||,
        verbatim: @'a\\b''c',
      }`;
    assert.deepEqual(await run(program), {
      pairs: [
        [1, 'a'],
        [3, 'a'],
      ],
      squares: { n1: 1, n2: 4 },
      sliced: ['bd', [2, 3]],
      calls: [
        [1, 2],
        [4, 5],
      ],
      text: 'one\n  two\n\nthree\n',
      chomped: 'x',
      verbatim: "a\\b'c",
    });
  });

  it('computes what is asked for, and nothing else', async () => {
    assert.deepEqual(await run(`local x = error 'no'; [std.length([x, x]), { a:: x, b: 1 }]`), [2, { b: 1 }]);
    assert.equal(
      await run(`(local f(n, sum) = if n == 0 then sum else f(n - 1, sum + n) tailstrict; f(10000, 0))`),
      50005000,
    );
  });

  it('keeps whole numbers as far as int64 goes, and prints others as C does', async () => {
    assert.deepEqual(await run(`[9007199254740993 * 1, 1e3, -0.0, '' + 0.1, '' + 1e21]`), [
      9007199254740992n,
      1000,
      0,
      '0.10000000000000001',
      '1000000000000000000000',
    ]);
  });

  it('counts letters of texts by code points', async () => {
    assert.deepEqual(await run(`[std.length('a😀b'), 'a😀b'[1], std.reverse(std.stringChars('😀b')), 'é' < '😀']`), [
      3,
      '😀',
      ['b', '😀'],
      true,
    ]);
  });
});

describe('the library', () => {
  it('formats as Python does', async () => {
    assert.equal(
      await run(`'%5.2f|%-5s|%05d|%#x|%e|%g|%c|%%|%+d' % [3.14159, 'ab', 42, 255, 12345.678, 0.0001, 'x', 5]`),
      ' 3.14|ab   |00042|0xff|1.234568e+04|0.0001|x|%|+5',
    );
    assert.equal(await run(`'%(a)s %(b)05.1f' % { a: [1, { b: 2 }], b: 2.25 }`), '[1, {"b": 2}] 002.3');
  });

  it('writes YAML, TOML, JSON, INI and Python', async () => {
    const written = await run(`{
      yaml: std.manifestYamlDoc({ on: 1, list: [[1], { a: 2 }], text: 'a\\nb\\n', e: [] }, quote_keys=false),
      toml: std.manifestTomlEx({ a: 1, b: { c: [1] }, t: [{ d: 'x' }] }, '  '),
      json: std.manifestJsonMinified({ a: [1.5, {}] }),
      ini: std.manifestIni({ main: { a: 1 }, sections: { s: { b: [1, 2] } } }),
      python: std.manifestPython({ a: true, b: null }),
    }`);
    assert.deepEqual(written, {
      yaml: 'e: []\nlist:\n-\n  - 1\n- a: 2\n"on": 1\ntext: |\n  a\n  b',
      toml: 'a = 1\n\n[b]\n  c = [\n    1\n  ]\n\n[[t]]\n  d = "x"',
      json: '{"a":[1.5,{}]}',
      ini: 'a = 1\n[s]\nb = 1\nb = 2\n',
      python: '{"a": True, "b": None}',
    });
  });

  it('reads JSON and YAML, digests, and merges patches', async () => {
    assert.deepEqual(await run(`[std.parseYaml('a: 1\\n---\\nb: yes'), std.parseJson('{"x": [1]}')]`), [
      [{ a: 1 }, { b: true }],
      { x: [1] },
    ]);
    assert.equal(await run(`std.md5('a')`), '0cc175b9c0f1b6a831c399e269772661');
    assert.deepEqual(await run(`std.mergePatch({ a: 1, b: { c: 2 } }, { b: { c: null, d: 3 } })`), {
      a: 1,
      b: { d: 3 },
    });
  });
});

describe('imports', () => {
  const files = {
    'app/lib/x.libsonnet': `{ value: import '../y.libsonnet', file: std.thisFile }`,
    'app/y.libsonnet': '1 + 1',
    'app/notes.txt': 'héllo',
    'vendor/z.libsonnet': `import 'w.libsonnet'`,
    'vendor/w.libsonnet': '"vendored"',
    'late/z.libsonnet': '"late"',
  };

  it('are found beside the file, then in libraries, the last of them first', async () => {
    const program = `{ x: import 'lib/x.libsonnet', t: importstr 'notes.txt', b: importbin 'notes.txt', z: import 'z.libsonnet' }`;
    assert.deepEqual(await run(program, { libraries: ['app', 'vendor'] }, files), {
      x: { value: 2, file: 'app/lib/x.libsonnet' },
      t: 'héllo',
      b: [104, 195, 169, 108, 108, 111],
      z: 'vendored',
    });
    assert.equal(await run(`import 'z.libsonnet'`, { libraries: ['vendor', 'late'] }, files), 'late');
  });

  it('that are missing or broken do no harm where they are not reached', async () => {
    const broken = { 'app/broken.libsonnet': '{ a: ' };
    assert.equal(await run(`if true then 1 else [import 'broken.libsonnet', import 'gone.libsonnet']`, {}, broken), 1);
    await fails(
      `import 'broken.libsonnet'`,
      /RUNTIME ERROR: app\/broken.libsonnet:1:6 Unexpected end of file/,
      {},
      broken,
    );
    await fails(
      `import 'gone.libsonnet'`,
      /couldn't open import "gone.libsonnet": no match locally or in the Jsonnet library/,
    );
  });

  it('cannot leave the tree', async () => {
    await fails(`importstr '/etc/passwd'`, /couldn't open import "\/etc\/passwd": only files of the repository/);
    await fails(`importstr '../../../../etc/passwd'`, /couldn't open import .*leaves the tree/);
    const link = { 'app/passwd': { link: '/etc/passwd' } } as unknown as MemoryFiles;
    await fails(`importstr 'passwd'`, /couldn't open import/, {}, link);
  });
});

describe('what programs are given', () => {
  it('is found by std.extVar, as a text or as a program that may import', async () => {
    const extVars = [
      { name: 'a', value: '1 + 1' },
      { name: 'b', value: `1 + import 'y.libsonnet'`, code: true },
    ];
    assert.deepEqual(
      await run(`[std.extVar('a'), std.extVar('b')]`, { extVars, libraries: ['lib'] }, { 'lib/y.libsonnet': '2' }),
      ['1 + 1', 3],
    );
    await fails(`std.extVar('c')`, /Undefined external variable: c/);
  });

  it('are the arguments of the function that it is', async () => {
    const tlas = [
      { name: 'name', value: 'web' },
      { name: 'n', value: '3', code: true },
    ];
    assert.deepEqual(await run(`function(name, n=1, m=2) [name, n, m]`, { tlas }), ['web', 3, 2]);
    assert.equal(await run('1', { tlas }), 1);
    await fails('function(x) x', /Missing argument: x/);
    await fails('function(name) name', /function has no parameter n/, { tlas });
  });
});

describe('programs that are wrong', () => {
  it('are told with their place', async () => {
    await fails(`{\n  a: b,\n}`, /^app\/main.jsonnet:2:6-7 Unknown variable: b/);
    await fails(`{ a: error 'boom' }`, /^RUNTIME ERROR: boom\n\tapp\/main.jsonnet:1:6-18/);
    await fails(`{ a: 1, a: 2 }`, /Duplicate field: a/);
    await fails(`{ assert self.x > 1 : 'too small', x: 0 }`, /RUNTIME ERROR: too small/);
    await fails(`{ f(x): x, g: self.f }`, /couldn't manifest function as JSON/);
    await fails(`[1, 2][5]`, /Index 5 out of bounds, not within \[0, 2\)/);
    await fails(`self`, /Can't use self outside of an object/);
    await fails(`1 / 0`, /Division by zero/);
  });
});

describe('hostile programs', () => {
  it('end, with a clear error', async () => {
    await fails('local x = x; x', /max stack frames exceeded/);
    await fails('local f(x) = f(x + 1) + 1; f(0)', /max stack frames exceeded/);
    await fails('local f(x) = f(x + 1) tailstrict; f(0)', /too many steps/, { maxSteps: 100_000 });
    await fails('local f(o) = o { a+: f(o).a }; f({ a: 1 }).a', /max stack frames exceeded/);
    await fails(`std.repeat('x', 1000000000)`, /a text is longer than/);
    await fails(`std.length(std.range(1, 100000000))`, /an array has more than/);
    await fails(
      `local d(s, n) = if n == 0 then s else d(s + s, n - 1); std.length(d('x', 40))`,
      /a text is longer than/,
    );
    await fails(`local d(a, n) = if n == 0 then a else d([a, a], n - 1); d(1, 60)`, /the output is larger than/);
    await fails(
      `local d(a, n) = if n == 0 then a else d([a, a], n - 1); std.toString(d(1, 60))`,
      /the output is larger than/,
    );
    await fails(`${'['.repeat(5000)}${']'.repeat(5000)}`, /expressions stand in each other/);
    await fails(`'%2000000000d' % 1`, /a text is longer than/);
    await fails(`${'-'.repeat(3000)}1`, /expressions stand in each other|Not a unary operator/);
  });

  it('may import themselves as long as they do not have to', async () => {
    assert.deepEqual(await run(`{ a: 1, b: (import 'main.jsonnet').a }`), { a: 1, b: 1 });
    await fails(`import 'main.jsonnet'`, /max stack frames exceeded/);
  });

  it('cannot touch what objects of JavaScript inherit', async () => {
    assert.deepEqual(Object.keys((await run(`{ ['__proto__']: { a: 1 }, constructor: 2 }`)) as object).sort(), [
      '__proto__',
      'constructor',
    ]);
    await fails(`{}.constructor`, /Field does not exist: constructor/);
    await fails(`std.__proto__`, /Field does not exist: __proto__/);
  });
});
