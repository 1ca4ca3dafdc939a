import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deepEqual, type JsonValue } from '@capstan/object';
import { startSandbox, type Sandbox } from '../index.ts';
import { play, readScript, targetOf, type ReplayAnswer } from './play.ts';

const testdata = fileURLToPath(new URL('../testdata/', import.meta.url));
const names = globSync('*.json', { cwd: `${testdata}requests` }).map((file) => basename(file, '.json'));

/** Steps that are known to be answered otherwise, with the reason. A step that no longer differs must leave the list. */
const known = JSON.parse(readFileSync(`${testdata}known-differences.json`, 'utf8')) as Readonly<Record<string, string>>;

function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'sandbox-replay-'));
}

describe('requests that a real API server answered', () => {
  const stateDirs = { bare: temporary(), simulated: temporary() };
  let bare: Sandbox;
  let simulated: Sandbox;
  before(async () => {
    bare = await startSandbox({ stateDir: stateDirs.bare, port: 0, simulation: false });
    simulated = await startSandbox({ stateDir: stateDirs.simulated, port: 0 });
  });
  after(async () => {
    await bare.close();
    await simulated.close();
    for (const folder of Object.values(stateDirs)) rmSync(folder, { recursive: true });
  });

  for (const name of names.sort()) {
    it(`are answered alike: ${name}`, async () => {
      // What shows the work of controllers needs them.
      const sandbox = name.startsWith('simulated-') ? simulated : bare;
      const recorded = JSON.parse(readFileSync(`${testdata}recorded/${name}.json`, 'utf8')) as readonly ReplayAnswer[];
      const script = readScript(readFileSync(`${testdata}requests/${name}.json`, 'utf8'));
      const answers = await play(targetOf(sandbox.kubeconfig), script);
      assert.equal(answers.length, recorded.length);
      const differing: string[] = [];
      for (const [index, answer] of answers.entries()) {
        const expected = recorded[index];
        const same = deepEqual(answer as unknown as JsonValue, expected as unknown as JsonValue);
        const key = `${name}: ${answer.about}`;
        if (!same) differing.push(key);
        if (!same && !Object.hasOwn(known, key)) assert.deepEqual(answer, expected, key);
      }
      const listed = Object.keys(known).filter((key) => key.startsWith(`${name}: `));
      assert.deepEqual(differing, listed);
    });
  }
});
