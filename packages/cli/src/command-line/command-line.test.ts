import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CapstanError } from '@capstan/errors';
import { exitCodeOf, failureText, wantsJson } from './report-error.ts';
import { nearestKubeconfig } from './cluster-access.ts';
import { parseAddress } from './address.ts';
import { plainLine, plainText } from './plain-text.ts';
import { printed, type Printing } from './output.ts';

describe('an address', () => {
  it('is a host and a port, or a port on this machine alone', () => {
    assert.deepEqual(parseAddress('0.0.0.0:80'), { host: '0.0.0.0', port: 80 });
    assert.deepEqual(parseAddress('[::1]:80'), { host: '::1', port: 80 });
    assert.deepEqual(parseAddress(':80'), { host: '127.0.0.1', port: 80 });
    assert.deepEqual(parseAddress('80'), { host: '127.0.0.1', port: 80 });
  });

  it('is nothing else', () => {
    for (const text of ['', 'host', 'host:', 'host:99999', '::1:80', 'a b:1'])
      assert.throws(() => parseAddress(text), { code: 'USAGE' }, text);
  });
});

describe('text on a terminal', () => {
  it('cannot command the terminal', () => {
    assert.equal(plainText('a\u001b[2Jb\u009b1mc\u202e'), 'a\\x1b[2Jb\\x9b1mc\\x202e');
    assert.equal(plainLine(' one\n\ttwo\r\n'), 'one two');
  });
});

describe('output', () => {
  const printing: Printing<{ readonly name: string; readonly size: number }> = {
    columns: [
      { heading: 'NAME', value: ({ name }) => name },
      { heading: 'SIZE', wide: true, value: ({ size }) => String(size) },
    ],
    json: ({ name, size }) => ({ name, size }),
    name: ({ name }) => `thing/${name}`,
    none: 'No things.',
  };
  const rows = [
    { name: 'a', size: 1 },
    { name: 'bcd\u001b', size: 22 },
  ];

  it('comes in every format', () => {
    assert.equal(printed(rows, 'table', printing), 'NAME\na\nbcd\\x1b\n');
    assert.equal(printed(rows, 'wide', printing), 'NAME      SIZE\na         1\nbcd\\x1b   22\n');
    assert.equal(printed(rows, 'jsonl', printing), '{"name":"a","size":1}\n{"name":"bcd\\u001b","size":22}\n');
    assert.equal(printed(rows.slice(0, 1), 'yaml', printing), '- name: a\n  size: 1\n');
    assert.equal(printed(rows, 'name', printing), 'thing/a\nthing/bcd\\x1b\n');
    assert.equal(printed(rows.slice(0, 1), 'json', printing, true), '{\n  "name": "a",\n  "size": 1\n}\n');
  });

  it('says so when there is nothing, to people; to programs it is an empty list', () => {
    assert.equal(printed([], 'table', printing), 'No things.\n');
    assert.equal(printed([], 'json', printing), '[]\n');
    assert.equal(printed([], 'jsonl', printing), '');
  });
});

describe('a failure', () => {
  const error = new CapstanError('WAIT_TIMEOUT', 'the time is up', { data: { apps: ['a'] } });

  it('ends with the code of its kind', () => {
    assert.equal(exitCodeOf(error), 11);
    assert.equal(exitCodeOf(new CapstanError('KUBE_FORBIDDEN', 'no')), 13);
    assert.equal(exitCodeOf(new CapstanError('LEADER_ELSEWHERE', 'no')), 14);
    assert.equal(exitCodeOf(new Error('no')), 1);
  });

  it('is a sentence, or one line of JSON where JSON was asked for', () => {
    assert.equal(failureText(error, false), 'capstan: the time is up (WAIT_TIMEOUT)\n');
    assert.equal(
      failureText(error, true),
      '{"error":{"code":"WAIT_TIMEOUT","message":"the time is up","data":{"apps":["a"]}}}\n',
    );
    assert.deepEqual([['-o', 'json'], ['-ojsonl'], ['--output=json'], ['-o', 'yaml'], ['json']].map(wantsJson), [
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('the cluster', () => {
  it('is that of the nearest up, from the working folder upwards', () => {
    const root = mkdtempSync(join(tmpdir(), 'capstan-cli-test-'));
    mkdirSync(join(root, '.capstan'));
    mkdirSync(join(root, 'a', 'b'), { recursive: true });
    writeFileSync(join(root, '.capstan', 'kubeconfig'), '');
    assert.equal(nearestKubeconfig(join(root, 'a', 'b')), join(root, '.capstan', 'kubeconfig'));
    rmSync(root, { recursive: true });
    assert.equal(nearestKubeconfig(join(root, 'a')), undefined);
  });
});
