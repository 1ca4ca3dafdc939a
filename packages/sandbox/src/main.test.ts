import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { getPath } from '@capstan/object';
import { play, targetOf, type ReplayTarget } from './replay/play.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const MAPS = '/api/v1/namespaces/default/configmaps';

interface Running {
  readonly process: ChildProcess;
  readonly target: ReplayTarget;
}

async function start(stateDir: string): Promise<Running> {
  const child = spawn(process.execPath, [main, '--state', stateDir, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const ready: unknown = JSON.parse(line.toString('utf8'));
  const path = getPath(ready as never, 'kubeconfig');
  return { process: child, target: targetOf(readFileSync(typeof path === 'string' ? path : '', 'utf8')) };
}

async function stop(running: Running, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(running.process, 'exit');
  running.process.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}

describe('the sandbox as a process', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-main-'));
  after(() => rmSync(stateDir, { recursive: true }));

  it('loses nothing that it answered when it is killed', async () => {
    const first = await start(stateDir);
    const answered = new Set<string>();
    const writes = Array.from({ length: 200 }, async (_, index) => {
      const name = `m-${index}`;
      const step = { about: name, method: 'POST', path: MAPS, body: { metadata: { name } } };
      const answers = await play(first.target, [step]).catch(() => []);
      if (answers[0]?.status === 201) answered.add(name);
      if (answered.size === 60) first.process.kill('SIGKILL');
    });
    await Promise.all(writes);
    assert.ok(answered.size >= 60);
    const second = await start(stateDir);
    const [list] = await play(second.target, [{ about: 'list', method: 'GET', path: MAPS }]);
    const items = getPath(list?.body, 'items');
    const kept = new Set(
      Array.isArray(items) ? items.map((item) => JSON.stringify(getPath(item as never, 'metadata', 'name'))) : [],
    );
    assert.deepEqual(
      [...answered].filter((name) => !kept.has(JSON.stringify(name))),
      [],
    );
    assert.equal(await stop(second, 'SIGTERM'), 0);
  });

  it('ends cleanly while someone watches', async () => {
    const running = await start(stateDir);
    const watching = play(running.target, [
      { about: 'watch', method: 'GET', path: `${MAPS}?watch=true`, lines: 1_000_000 },
    ]);
    await play(running.target, [{ about: 'get', method: 'GET', path: MAPS }]);
    assert.equal(await stop(running, 'SIGTERM'), 0);
    assert.equal((await watching)[0]?.status, 200);
  });
});
