import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import type { JsonValue } from '@capstan/object';
import fc from 'fast-check';
import { nodeValue, parse, parseDocuments, parseNodes, stringify, stringifyNode } from './index.ts';

const TOO_DEEP = 100_000;

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (isCapstanError(error)) return error.code;
    throw error;
  }
  return undefined;
}

describe('hostile YAML', () => {
  it('is refused when it nests too deeply, in every way of nesting', () => {
    const nested = [
      '['.repeat(TOO_DEEP),
      '{a: '.repeat(TOO_DEEP),
      '[{'.repeat(TOO_DEEP),
      '- '.repeat(TOO_DEEP),
      '? '.repeat(TOO_DEEP),
      Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''),
    ];
    for (const text of nested) {
      assert.equal(
        codeOf(() => parse(text)),
        'YAML_LIMIT',
        text.slice(0, 8),
      );
      assert.equal(
        codeOf(() => parseNodes(text)),
        'YAML_LIMIT',
        text.slice(0, 8),
      );
    }
  });

  it('is read up to exactly the depth that is allowed', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    assert.equal(
      codeOf(() => parse(nested(100))),
      undefined,
    );
    assert.equal(
      codeOf(() => parse(nested(101))),
      'YAML_LIMIT',
    );
    assert.equal(
      codeOf(() => parse(nested(1000), { limits: { maxDepth: 5000 } })),
      undefined,
    );
    assert.equal(
      codeOf(() => parse(nested(1001), { limits: { maxDepth: 5000 } })),
      'YAML_LIMIT',
    );
  });

  it('may not expand aliases beyond the limit', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 20; i++) bomb.push(`a${String(i)}: &a${String(i)} [${`*a${String(i - 1)}, `.repeat(9)}]`);
    assert.equal(
      codeOf(() => parse(bomb.join('\n'))),
      'YAML_LIMIT',
    );
    const merges = ['a0: &a0 {k: v}'];
    for (let i = 1; i < 30; i++)
      merges.push(`a${String(i)}: &a${String(i)} {<<: [*a${String(i - 1)}, *a${String(i - 1)}]}`);
    assert.equal(
      codeOf(() => parse(merges.join('\n'))),
      'YAML_LIMIT',
    );
    assert.equal(
      codeOf(() => parse(merges.join('\n'), { rules: 'v2' })),
      'YAML_LIMIT',
    );
  });

  it('may not hold itself', () => {
    assert.equal(
      codeOf(() => parse('a: &a [*a]')),
      'YAML_INVALID',
    );
    assert.equal(
      codeOf(() => parse('a: &a {<<: *a}')),
      'YAML_INVALID',
    );
  });

  it('may not be larger than allowed', () => {
    assert.equal(
      codeOf(() => parse('a: 1\n', { limits: { maxBytes: 4 } })),
      'YAML_LIMIT',
    );
  });

  it('is read in one go when it is one long line', () => {
    const megabyte = 'x'.repeat(1 << 20);
    assert.equal(parse(megabyte), megabyte);
    assert.equal(parse(`"${megabyte}"`), megabyte);
    assert.deepEqual(
      parse(`[${'a, '.repeat(1 << 18)}]`),
      Array.from({ length: 1 << 18 }, () => 'a'),
    );
    assert.equal(
      codeOf(() => parse(`${megabyte}: b`)),
      'YAML_INVALID',
    );
    assert.equal(
      codeOf(() => parse(`"${'a\\n'.repeat(1 << 18)}`)),
      'YAML_INVALID',
    );
    assert.equal(typeof parse(`|\n${' a\n'.repeat(1 << 18)}`), 'string');
    assert.equal(parseNodes('# c\n\n'.repeat(1 << 16)).length, 0);
    assert.equal(parseNodes(`a: 1\n${' \n'.repeat(1 << 17)}# c\n`).length, 1);
  });

  it('is refused when its bytes are no UTF-8, and read when they are UTF-16 with a mark', () => {
    for (const bytes of [
      [0xff],
      [0x61, 0x3a, 0x20, 0xc3],
      [0xed, 0xa0, 0x80],
      [0xc0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
    ]) {
      assert.equal(
        codeOf(() => parse(Uint8Array.from(bytes))),
        'YAML_INVALID',
        String(bytes),
      );
    }
    assert.deepEqual(parse(Uint8Array.from([0xff, 0xfe, 0x61, 0, 0x3a, 0, 0x20, 0, 0x31, 0])), { a: 1 });
    assert.deepEqual(parse(Uint8Array.from([0xef, 0xbb, 0xbf, 0x61, 0x3a, 0x20, 0x31])), { a: 1 });
  });

  it('is refused when it holds control characters or half surrogates', () => {
    for (const character of ['\0', '\x07', '\x1b', '\x7f', '\x80', '\ufffe', '\ud800', '\udc00']) {
      assert.equal(
        codeOf(() => parse(`a: ${character}\n`)),
        'YAML_INVALID',
        JSON.stringify(character),
      );
    }
    assert.deepEqual(parse('a: "\\u0000\\u007f"'), { a: '\0\x7f' });
  });
});

describe('any text', () => {
  it('is read or refused with a place, and what was read can be printed', () => {
    const piece = fc.constantFrom(
      ...[
        ' ',
        '  ',
        '\n',
        '\t',
        ':',
        ': ',
        '- ',
        '?',
        '? ',
        '[',
        ']',
        '{',
        '}',
        ',',
        '#',
        ' # c\n',
        '"',
        "'",
        '|',
        '>',
        '|2-\n',
      ],
      ...[
        '&a ',
        '*a',
        '!',
        '!!int ',
        '!t ',
        '<<: ',
        '%TAG ! x\n',
        '@',
        '~',
        'yes',
        '1',
        '\\',
        '---\n',
        '...\n',
        '\r',
        'a: b',
        '\u0085',
      ],
    );
    const anyText = fc
      .array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 30 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(anyText, fc.constantFrom('v2' as const, 'v3' as const), (text, rules) => {
        try {
          for (const node of parseNodes(text, { rules })) stringifyNode(node);
          parseDocuments(text, { rules }).forEach(({ value }) => stringify(value));
        } catch (error) {
          assert.ok(isCapstanError(error, 'YAML_INVALID', 'YAML_LIMIT'), String(error));
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('hostile values', () => {
  it('are refused when they nest too deeply to be printed', () => {
    let value: JsonValue = 1;
    for (let i = 0; i < TOO_DEEP; i++) value = [value];
    assert.equal(
      codeOf(() => stringify(value)),
      'YAML_LIMIT',
    );
  });

  it('are refused when YAML cannot hold them', () => {
    assert.equal(
      codeOf(() => stringify('\x7f')),
      'YAML_INVALID',
    );
    assert.equal(
      codeOf(() => stringify(NaN)),
      'YAML_INVALID',
    );
    const [node] = parseNodes('a: b');
    assert.ok(node !== undefined);
    const key = node.content[0]?.content[0];
    assert.ok(key !== undefined);
    key.anchor = 'not an anchor';
    assert.equal(
      codeOf(() => stringifyNode(node)),
      'YAML_INVALID',
    );
    assert.deepEqual(nodeValue(node), { a: 'b' });
  });
});
