import { isCapstanError } from '@capstan/errors';
import type { JsonValue } from '@capstan/object';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileJq, compileJqDeletion, deletePaths, evaluateJq, type JqOptions } from './index.ts';
import { partsOf, placeOf } from './search.ts';

function run(text: string, input: JsonValue = null, options: JqOptions = {}): readonly JsonValue[] {
  return evaluateJq(compileJq(text), input, options);
}

function without(path: string, object: JsonValue): JsonValue {
  return deletePaths(compileJqDeletion(path), object);
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isCapstanError(error)) return error.code;
    throw error;
  }
  return 'no error';
}

const deployment: JsonValue = {
  metadata: { name: 'web', annotations: { 'example.com/a': '1', b: '2' } },
  spec: {
    replicas: 3,
    template: {
      spec: {
        containers: [
          { name: 'main', env: [{ name: 'A' }, { name: 'B' }] },
          { name: 'sidecar', image: 'proxy:1', env: [{ name: 'C' }] },
        ],
      },
    },
  },
};

const deletions: readonly (readonly [path: string, input: JsonValue, output: JsonValue])[] = [
  ['.a, .b', { a: 1, b: 2, c: 3 }, { c: 3 }],
  ['.a.b.c', { a: { b: 1 } }, 'EXPRESSION_FAILED'],
  ['.missing.deep', { a: 1 }, { a: 1 }],
  ['.[1, 2]', [0, 1, 2, 3], [0, 3]],
  ['.[-1:]', [0, 1, 2], [0, 1]],
  ['.. | select(. == null)', { a: null, b: [null, 1, { c: null }] }, { b: [1, {}] }],
  ['.. | .caBundle?', { a: { caBundle: 1, b: [{ caBundle: 2, c: 3 }] } }, { a: { b: [{ c: 3 }] } }],
  [
    '.webhooks[]?.clientConfig.caBundle',
    { webhooks: [{ clientConfig: { caBundle: 'x', url: 'u' } }] },
    { webhooks: [{ clientConfig: { url: 'u' } }] },
  ],
  ['.x[] | select(.k | test("^a.*"))', { x: [{ k: 'abc' }, { k: 'b' }] }, { x: [{ k: 'b' }] }],
  ['.a[] | select(IN(1, 2))', { a: [1, 2, 3] }, { a: [3] }],
  ['first(.a, .b)', { a: 1, b: 2 }, { b: 2 }],
  ['getpath(["a", "b"])', { a: { b: 1, c: 2 } }, { a: { c: 2 } }],
  ['if .a then .b else .c end', { a: 1, b: 2, c: 3 }, { a: 1, c: 3 }],
  ['.a // .b', { a: null, b: 2 }, { a: null }],
  ['.spec.x[0].y, .spec.x[1]', { spec: { x: [{ y: 1, z: 2 }, 2, 3] } }, { spec: { x: [{ z: 2 }, 3] } }],
  ['.a) | del(.b', { a: 1, b: 2, c: 3 }, { c: 3 }],
  ['paths', { a: 1 }, 'EXPRESSION_FAILED'],
  ['.["__proto__"]', JSON.parse('{"__proto__": 1, "a": 2}') as JsonValue, { a: 2 }],
];

const evaluations: readonly (readonly [text: string, input: JsonValue, outputs: readonly JsonValue[]])[] = [
  ['[paths]', { a: [1] }, [[['a'], ['a', 0]]]],
  [
    'to_entries',
    { b: 1, a: 2 },
    [
      [
        { key: 'a', value: 2 },
        { key: 'b', value: 1 },
      ],
    ],
  ],
  ['with_entries(.value += 1)', { a: 1 }, [{ a: 2 }]],
  ['"\\(.a)-\\(.b)"', { a: 1, b: [1, 'x'] }, ['1-[1,"x"]']],
  [
    'reduce .[] as [$a, $b] (0; . + $a * $b)',
    [
      [1, 2],
      [3, 4],
    ],
    [14],
  ],
  [
    '[foreach range(3) as $i (0; . + $i; [$i, .])]',
    null,
    [
      [
        [0, 0],
        [1, 1],
        [2, 3],
      ],
    ],
  ],
  ['[.[] | try if . == 0 then error("zero") else 1 / . end catch .]', [1, 0, 2], [[1, 'zero', 0.5]]],
  ['[(1, 2) + (10, 20)]', null, [[11, 12, 21, 22]]],
  ['[.[] as [$a] ?// {a: $a} | $a]', [[1], { a: 2 }], [[1, 2]]],
  ['[limit(3; repeat(1))], first(range(10; 0; -1)), last(range(5))', null, [[1, 1, 1], 10, 4]],
  ['label $out | 1, break $out, 2', null, [1]],
  ['def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; fac', 25, [15511210043330985984000000n]],
  ['9007199254740993, 9007199254740992 + 1', null, [9007199254740993n, 9007199254740993n]],
  ['[splits(", *")], gsub("(?<x>[a-z])"; "<\\(.x)>"), [scan("[a-z]")]', 'a, b', [['a', 'b'], '<a>, <b>', ['a', 'b']]],
  ['.[1:] |= map(. + 1), (.[0] |= empty), .[5] = 1', [1, 2], [[1, 3], [2], [1, 2, null, null, null, 1]]],
  [
    'sort, group_by(. > 1), unique, min, max',
    [3, 1, 2, 1],
    [
      [1, 1, 2, 3],
      [
        [1, 1],
        [3, 2],
      ],
      [1, 2, 3],
      1,
      3,
    ],
  ],
  ['length, explode, .[1:]', 'a😀b', [3, [97, 128512, 98], '😀b']],
  ['todate, (todate | fromdate)', 1425599621, ['2015-03-05T23:53:41Z', 1425599621]],
  ['.[null]?, .a?, 1', [], [1]],
];

describe('jqPathExpressions', () => {
  it('delete the list items that a filter selects', () => {
    const path = '.spec.template.spec.containers[] | select(.name == "sidecar") | .env[]?';
    const cut = run('[.spec.template.spec.containers[].env | length]', without(path, deployment));
    assert.deepEqual(cut, [[2, 0]]);
  });

  for (const [path, input, output] of deletions) {
    it(`del(${path}) ${output === 'EXPRESSION_FAILED' ? 'fails on a value of another type' : `leaves ${JSON.stringify(output)}`}`, () => {
      if (output === 'EXPRESSION_FAILED')
        assert.equal(
          codeOf(() => without(path, input)),
          output,
        );
      else assert.deepEqual(without(path, input), output);
    });
  }

  it('leave the object that they are run on as it was', () => {
    const before = structuredClone(deployment);
    without('.spec.template.spec.containers[0], .metadata', deployment);
    assert.deepEqual(deployment, before);
  });

  it('are invalid when they are no expression between the parentheses of del', () => {
    for (const text of [
      '',
      '.a[',
      '.a # all',
      'nosuch(.a)',
      '$x',
      '.a?//"x"',
      'import "m" as m; .a',
      'input',
      '.a = .b = 1',
    ]) {
      assert.equal(
        codeOf(() => compileJqDeletion(text)),
        'EXPRESSION_INVALID',
        text,
      );
    }
  });
});

describe('a jq expression', () => {
  for (const [text, input, outputs] of evaluations) {
    it(`${text} gives ${outputs.map(String).join(' and ')}`, () => {
      assert.deepEqual(run(text, input), outputs);
    });
  }

  it('knows the time only when it is told', () => {
    assert.equal(
      codeOf(() => run('now')),
      'EXPRESSION_FAILED',
    );
    assert.deepEqual(evaluateJq(compileJq('now | todate'), null, { nowSeconds: 0 }), ['1970-01-01T00:00:00Z']);
  });

  const bombs = [
    'until(false; .)',
    'last(range(infinite))',
    'repeat(.)',
    'reduce range(1000) as $i ("ab"; . + .)',
    '"x" * 1000000000',
    '[range(10000000)]',
    'def f: f; f',
    'def f: [f]; f',
    '[., .] | combinations(1000000)',
    '.[900000000] = 1',
    '[limit(100000000; repeat(1))]',
  ];
  for (const bomb of bombs) {
    it(`ends with an error where it would not end: ${bomb}`, () => {
      assert.throws(
        () => run(bomb, bomb.startsWith('.[') ? [] : 1),
        (error) => isCapstanError(error, 'EXPRESSION_TOO_EXPENSIVE'),
      );
    });
  }

  // Each turn is one step of the loop, and what it does takes time by the size of a value.
  const long = '("ab1 " * 20000) as $s | ("ab1 " * 20000) as $t | [range(5000)] as $list';
  const turns = [
    '$s | length',
    '$s | explode | 1',
    '$s | utf8bytelength',
    '$s | ascii_downcase | 1',
    '$s | contains($s + "x")',
    '$s | split("ab1 ab1 ab1 ab1 x") | 1',
    '$s | trim | @uri | 1',
    '$s | @base64 | 1',
    '$s | tojson | 1',
    '$s == $t',
    '$s[1:] | 1',
    '$s | tonumber? | 1',
    '$list | tojson | fromjson | 1',
    '$list | first(.[])',
    '$list | max',
    '$list == ($list + [])',
    '$list | implode? | 1',
    'try ($s | keys) catch 1',
    'null | getpath($list | map("a"))?',
    '1e9 | strftime("%c %c %c %c")',
    '"a" | test("a{1,9\\($i % 90)}b\\($i)")',
  ];
  for (const turn of turns) {
    it(`counts what one step does by the size of its value: ${turn}`, () => {
      assert.throws(
        () => run(`${long} | reduce range(100000) as $i (0; (${turn}))`, null, { maxSteps: 100_000 }),
        (error) => isCapstanError(error, 'EXPRESSION_TOO_EXPENSIVE'),
      );
    });
  }
  const atOnce = [
    'reduce range(100) as $i (1; [., .])',
    'reduce range(100) as $i (1; [., .]) | tojson',
    'reduce range(100) as $i (1; [., .]) | . == (. | .)',
    'reduce range(100) as $i (12345678901234567890; . * .)',
    '("a" * 90000) | test("(a?){50}(a?){50}b")',
    '("a" * 40000) as $s | ("a" * 20000 + "b") as $t | [range(1000) | $s | contains($t)] | length',
    '(" " * 50000 + "x") as $s | reduce range(1000) as $i (0; ($s + "\\($i)" | rtrim | ltrim | length))',
  ];
  for (const bomb of atOnce) {
    it(`goes through no value without counting: ${bomb}`, () => {
      assert.throws(
        () => run(bomb, null, { maxSteps: 100_000 }),
        (error) => isCapstanError(error, 'EXPRESSION_TOO_EXPENSIVE'),
      );
    });
  }

  it('finds parts of a text by a search of its own as the engine does', () => {
    const text = 'abcabcabdabcabcabcabd';
    for (const part of ['abcabcabd', 'abcabcabcabd', 'abcabcabx', 'cabcabcab']) {
      assert.equal(placeOf(text, part), text.indexOf(part));
      assert.deepEqual(partsOf(text, part), text.split(part));
    }
  });

  it('that is nested too deep or too long is refused', () => {
    assert.equal(
      codeOf(() => compileJq('['.repeat(500) + ']'.repeat(500))),
      'EXPRESSION_INVALID',
    );
    assert.equal(
      codeOf(() => compileJq('1+'.repeat(60_000) + '1')),
      'EXPRESSION_TOO_EXPENSIVE',
    );
    assert.equal(
      codeOf(() => run(`${'1+'.repeat(30_000)}1`)),
      'EXPRESSION_TOO_EXPENSIVE',
    );
  });

  it('runs regular expressions without backtracking', () => {
    assert.deepEqual(run('test("^(a+)+$")', `${'a'.repeat(5000)}!`), [false]);
  });
});
