import { isCapstanError } from '@capstan/errors';
import type { JsonValue } from '@capstan/object';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromLua } from './bridge.ts';
import { runActionDiscovery, runActionScript, runHealthScript } from './index.ts';
import { runLua, type LuaOptions } from './run-script.ts';

const object: JsonValue = { a: { b: [1, 2, { c: 'é' }] }, n: 1.5, e: {}, status: { phase: 'Ready' } };

function run(script: string, options: LuaOptions = { openLibs: true }): JsonValue {
  return fromLua(runLua(script, object, options));
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

const results: readonly (readonly [script: string, result: JsonValue])[] = [
  ['return {10/2, 7%3, -7%3, 7/2, 2^10, 0x10, 010}', [5, 1, 2, 3.5, 1024, 16, 10]],
  [
    'return {tostring(2^53), tostring(1e15), tostring(1234567.5), tostring(1e-5), 1 .. 2}',
    ['9007199254740992', '1000000000000000', '1.2345675e+06', '1e-05', '12'],
  ],
  ['return {"10" + 5, "0x10" + 0, #"é", #{1, 2, nil, 4}}', [15, 16, 2, 4]],
  ['local t = {} for k, v in pairs({10, x = 1}) do t[#t + 1] = k .. "=" .. v end return t', ['1=10', 'x=1']],
  ['local t = {} for i = 3, 1, -1 do t[#t + 1] = i end return t', [3, 2, 1]],
  ['local t = {} for i = 1, 3 do t[i] = function() return i end end return {t[1](), t[3]()}', [1, 3]],
  ['local function f(...) return select("#", ...), ... end return {(f(1, nil, 3))}', [3]],
  ['for i = 1, 3 do if i == 2 then goto on end obj.e["x" .. i] = i ::on:: end return obj.e', { x1: 1, x3: 3 }],
  [
    'local t = setmetatable({}, {__index = function(_, k) return k .. "!" end, __call = function(_, x) return x * 2 end}) return {t.foo, t(4)}',
    ['foo!', 8],
  ],
  ['return {pcall(function() error("x") end)}', [false, '<string>:1: x']],
  [
    'return {pcall(function() local x = nil; return x.y end)}',
    [false, "<string>:1: attempt to index a non-table object(nil) with key 'y'"],
  ],
  ['return {string.match("2024-01-02", "(%d+)-(%d+)-(%d+)")}', ['2024', '01', '02']],
  ['return {string.gsub("hello", "(l)(l)", "%2-%1-%0")}', ['hel-l-llo', 1]],
  ['return {("%5d|%-5d|%05.1f|%q"):format(42, 42, 3.14159, "a")}', ['   42|42   |003.1|"a"']],
  ['return {string.find("a.b", ".", 1, true)}', [2, 2]],
  [
    'local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return {table.concat(t, ","), table.remove(t)}',
    ['3,2,1', 1],
  ],
  ['return obj.a', { b: [1, 2, { c: 'é' }] }],
  ['return {string.upper("é"), obj.a.b[3].c .. "!"}', ['É', 'é!']],
  ['return {}', []],
];

const failures: readonly (readonly [script: string, message: RegExp])[] = [
  ['return obj.x.y', /^<string>:1: attempt to index a non-table object\(nil\) with key 'y'$/],
  ['\nreturn nil + 1', /^<string>:2: cannot perform add operation between nil and number$/],
  ['return nil .. "x"', /^<string>:1: cannot perform concat operation between nil and string$/],
  ['return 1 < "x"', /^<string>:1: attempt to compare number with string$/],
  ['foo()', /^<string>:1: attempt to call a non-function object$/],
  ['return string.rep("x", {})', /^<string>:1: bad argument #2 to rep \(number expected, got table\)$/],
  ['local t = {} t[3] = 1 return t', /^cannot encode sparse array$/],
  ['return {1, x = 2}', /^cannot encode mixed or invalid key types$/],
  ['local t = {} t.t = t return t', /^cannot encode recursively nested tables to JSON$/],
  ['return {print}', /^cannot encode function to JSON$/],
];

describe('a Lua script', () => {
  for (const [script, result] of results) {
    it(`${script} gives ${JSON.stringify(result)}`, () => {
      assert.deepEqual(run(script), result);
    });
  }

  for (const [script, message] of failures) {
    it(`${JSON.stringify(script)} fails as it does under gopher-lua`, () => {
      assert.throws(() => run(script), { code: 'EXPRESSION_FAILED', message });
    });
  }

  it('has no text functions unless all libraries are opened', () => {
    assert.deepEqual(
      run('return {type(string), type(math), type(os), type(io), type(table), type(require("os").time)}', {}),
      ['nil', 'nil', 'nil', 'nil', 'table', 'function'],
    );
    assert.throws(() => run('return ("x"):upper()', {}), /attempt to index a non-table object\(string\)/);
  });

  it('reaches neither files nor processes nor the host, whatever is opened', () => {
    const names = [
      'io',
      'debug',
      'dofile',
      'loadfile',
      'coroutine',
      'os.execute',
      'os.exit',
      'os.remove',
      'os.rename',
      'package.loadlib',
    ];
    for (const name of names) assert.deepEqual(run(`return {type(${name})}`), ['nil'], name);
    assert.throws(() => run('return require("socket")'), /module socket not found/);
    assert.deepEqual(run('return {type(obj.constructor), type(obj.__proto__), type(("x").constructor)}'), [
      'nil',
      'nil',
      'nil',
    ]);
  });

  it('is told the time, and asks no clock', () => {
    const options = { nowSeconds: 1_700_000_000 };
    assert.deepEqual(run('local os = require("os") return {os.time(), os.date("!%Y-%m-%dT%XZ")}', options), [
      1_700_000_000,
      '2023-11-14T22:13:20Z',
    ]);
    assert.throws(() => run('return {require("os").time()}', {}), /the time is not known here/);
  });

  const bombs = [
    'while true do end',
    'local function f() return f() end return {pcall(f), f()}',
    'local s = "x" while true do s = s .. s end',
    'return {string.rep("x", 1000000000)}',
    'local t = {} while true do t[#t + 1] = {} end',
    'return {string.find(string.rep("a", 5000), string.rep("a*", 30) .. "b")}',
    'pcall(function() while true do end end)',
    'return {loadstring("while true do end")()}',
    'local t = {} t[1000000] = 1 t = nil while true do local u = {} u[900000] = 1 end',
    'local s = string.rep("a", 100000) while true do s:gsub("a", "bb") end',
    'local s = string.rep("a", 3000000) while true do local t = s:upper() end',
    'local a, b = string.rep("a", 2000000), string.rep("a", 2000000) while true do local c = a == b end',
    'local s = string.rep("9", 390000) while true do local x = s + 1 end',
    'local s = string.rep(" ", 390000) .. "1" while true do local x = -s end',
    'local s = string.rep("a", 20000) while true do s:find("[" .. string.rep("b-c", 5000) .. "]*z") end',
  ];
  for (const bomb of bombs) {
    it(`ends with an error where it would not end: ${bomb}`, () => {
      const code = codeOf(() => run(bomb));
      assert.ok(code === 'EXPRESSION_TOO_EXPENSIVE' || code === 'EXPRESSION_FAILED', code);
    });
  }

  it('that cannot be read is invalid, with the line', () => {
    for (const script of [
      'x = = 1',
      'if x then',
      'return "',
      '\n\nfor',
      'goto nowhere',
      'break',
      '('.repeat(1000),
      'x = 0x',
    ]) {
      assert.equal(
        codeOf(() => run(script)),
        'EXPRESSION_INVALID',
        script,
      );
    }
    assert.throws(() => run('\n\nx = = 1'), /line 3/);
  });
});

describe('a health script', () => {
  it('gives a status and a message', () => {
    const script = 'local hs = {} hs.status = "Healthy" hs.message = obj.status.phase return hs';
    assert.deepEqual(runHealthScript(script, object), { status: 'Healthy', message: 'Ready' });
  });

  it('gives nothing for nil and for an empty table', () => {
    assert.equal(runHealthScript('return nil', object), undefined);
    assert.equal(runHealthScript('return {}', object), undefined);
    assert.equal(runHealthScript('local x = 1', object), undefined);
  });

  it('that names no status of Argo CD gives Unknown, and one that returns no table fails', () => {
    assert.deepEqual(runHealthScript('return {status = "Fine"}', object), {
      status: 'Unknown',
      message: 'Lua returned an invalid health status',
    });
    assert.throws(() => runHealthScript('return "Healthy"', object), /expect table output from Lua script, not string/);
  });
});

describe('the discovery of actions', () => {
  it('merges scripts, the first of which counts', () => {
    const first = 'return {["pause"] = {disabled = true, displayName = "Pause it"}, ["restart"] = {}}';
    const second = 'return {["pause"] = {}, ["scale"] = {params = {{name = "replicas"}}}}';
    assert.deepEqual(runActionDiscovery([first, 'return {}', second], object), [
      { name: 'pause', disabled: true, displayName: 'Pause it' },
      { name: 'restart' },
      { name: 'scale', params: [{ name: 'replicas' }] },
    ]);
  });
});

describe('an action', () => {
  const source = { kind: 'X', spec: { empty: {}, list: [{ inner: {} }], big: 9007199254740993n, keep: [] } };

  it('of the old kind patches the object; empty mappings and large numbers survive the trip', () => {
    const operations = runActionScript('obj.spec.paused = true return obj', source);
    assert.deepEqual(operations, [
      { operation: 'patch', resource: { ...source, spec: { ...source.spec, paused: true } } },
    ]);
  });

  it('of the new kind creates and patches, with its parameters', () => {
    const script =
      'return {{operation = "create", resource = {kind = actionParams.kind, spec = {}}}, {operation = "patch", resource = obj}}';
    assert.deepEqual(runActionScript(script, source, { kind: 'Job' }), [
      { operation: 'create', resource: { kind: 'Job', spec: [] } },
      { operation: 'patch', resource: source },
    ]);
  });

  it('that wants something else done fails', () => {
    assert.throws(
      () => runActionScript('return {{operation = "delete", resource = obj}}', source),
      /unsupported operation: "delete"/,
    );
    assert.throws(() => runActionScript('return 1', source), /expect table output/);
  });
});
