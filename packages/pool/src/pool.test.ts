import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { isCapstanError, type ErrorCode } from '@capstan/errors';
import { memoryTree, type FileTree } from '@capstan/tree';
import { createPool, type PoolOptions } from './pool.ts';
import { headStart } from './head-start.ts';
import { answerTree } from './remote-tree.ts';

const entry = new URL('./testdata/entry.ts', import.meta.url);
const pools: ReturnType<typeof createPool>[] = [];
function pool(options: Partial<PoolOptions> = {}) {
  const made = createPool({ entry, size: 1, ...options });
  pools.push(made);
  return made;
}
after(() => Promise.all(pools.map((made) => made.close())));

const fails = (promise: Promise<unknown>, code: ErrorCode, message = /./) =>
  assert.rejects(promise, (error) => {
    assert.ok(isCapstanError(error), String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });

/** Runs a task that asks once; `asked` resolves then, and `answer` lets it go on. */
function asking(of: ReturnType<typeof createPool>, task: string, options: object = {}) {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<unknown>();
  const done = of.run({ task }, { ...options, onRequest: () => (asked.resolve(), answer.promise) });
  done.catch(() => undefined);
  return { asked: asked.promise, answer: answer.resolve, done };
}

describe('a pool', () => {
  it('keeps its worker warm and carries big integers and hostile keys', async () => {
    const shared = pool();
    const value: object = JSON.parse('{"__proto__": 1}') as object;
    const first = await shared.run({ task: 'echo', argument: { big: 2n ** 63n, value } });
    const second = await shared.run({ task: 'echo', argument: 1 });
    assert.deepEqual(first, { argument: { big: 2n ** 63n, value }, pid: shared.workers[0] });
    assert.deepEqual(second, { argument: 1, pid: shared.workers[0] });
  });

  it('gives what a task throws, with its code, message and data', async () => {
    await assert.rejects(pool().run({ task: 'throw' }), (error) => {
      assert.ok(isCapstanError(error, 'RENDER_INVALID'));
      assert.equal(error.message, 'bad manifest');
      assert.deepEqual(error.data, { path: 'a.yaml', line: 3 });
      return true;
    });
    await fails(pool().run({ task: 'bug' }), 'POOL_CRASHED', /a bug/);
  });

  it('stops a task that never gives its thread back, and goes on with a new worker', async () => {
    const shared = pool();
    await shared.run({ task: 'echo' });
    const [before] = shared.workers;
    await fails(
      shared.run({ task: 'spin' }, { timeoutMs: 50, onRequest: async () => undefined }),
      'POOL_TIMEOUT',
      /50 ms/,
    );
    const after = await shared.run({ task: 'echo', argument: 'again' });
    assert.deepEqual(after, { argument: 'again', pid: shared.workers[0] });
    assert.notEqual(shared.workers[0], before);
  });

  it('ends a task and its worker when its signal aborts, and takes a waiting one out', async () => {
    const shared = pool();
    const running = new AbortController();
    const waiting = new AbortController();
    const { asked, done } = asking(shared, 'spin', { signal: running.signal });
    await asked;
    const queued = shared.run({ task: 'echo' }, { signal: waiting.signal });
    waiting.abort(new Error('not any more'));
    await assert.rejects(queued, /not any more/);
    running.abort(new Error('enough'));
    await assert.rejects(done, /enough/);
    assert.deepEqual(shared.load, { queued: 0, running: 0 });
  });

  it('contains a worker that exits or fills its memory', async () => {
    const shared = pool({ maxHeapMegabytes: 32 });
    await fails(shared.run({ task: 'exit' }), 'POOL_CRASHED', /exit code 7/);
    await fails(shared.run({ task: 'fill' }), 'POOL_MEMORY', /32 MB/);
    assert.equal(((await shared.run({ task: 'echo', argument: 1 })) as { argument: number }).argument, 1);
  });

  it('gives a worker no files but the packages, no network, no processes, nothing of the environment but where code is kept', async () => {
    const key = new URL('../../../package.json', import.meta.url).pathname;
    const result = await pool().run({ task: 'escape', argument: key });
    const denied = 'ERR_ACCESS_DENIED';
    assert.deepEqual(result, {
      readFile: denied,
      writeFile: denied,
      writeCompiled: denied,
      network: denied,
      child: denied,
      worker: denied,
      code: 'EvalError: Code generation from strings disallowed for this context',
      environment: ['NODE_COMPILE_CACHE', 'MALLOC_ARENA_MAX', 'MALLOC_MMAP_THRESHOLD_'].filter(
        (name) => process.env[name] !== undefined,
      ),
    });
  });

  it('serves keys in turn, so that one with many tasks does not hold up another', async () => {
    const shared = pool();
    const order: string[] = [];
    const first = asking(shared, 'wait', { key: 'busy' });
    await first.asked;
    const all = ['busy', 'busy', 'busy', 'other'].map((key) =>
      shared.run({ task: 'echo' }, { key }).then(() => order.push(key)),
    );
    first.answer(undefined);
    await Promise.all(all);
    assert.deepEqual(order, ['busy', 'other', 'busy', 'busy']);
  });

  it('lets short tasks share a worker, and starts another one beside a task that is slow', async () => {
    const shared = pool({ size: 2, patienceMs: 60_000 });
    await shared.run({ task: 'echo' });
    await Promise.all(Array.from({ length: 20 }, () => shared.run({ task: 'echo' })));
    assert.equal(shared.workers.length, 1);
    const impatient = pool({ size: 2, patienceMs: 10 });
    await impatient.run({ task: 'echo' });
    const slow = asking(impatient, 'wait');
    await slow.asked;
    await impatient.run({ task: 'echo' });
    assert.equal(impatient.workers.length, 2);
    slow.answer(undefined);
    await slow.done;
  });

  it('refuses more tasks than may wait, and everything once it is closed', async () => {
    const shared = pool({ maxQueued: 1 });
    const first = asking(shared, 'wait');
    await first.asked;
    const queued = shared.run({ task: 'echo' });
    queued.catch(() => undefined);
    await fails(shared.run({ task: 'echo' }), 'POOL_FULL');
    await shared.close();
    await fails(first.done, 'POOL_CLOSED');
    await fails(queued, 'POOL_CLOSED');
    await fails(shared.run({ task: 'echo' }), 'POOL_CLOSED');
    assert.deepEqual(shared.workers, []);
  });

  it('replaces a worker that has done its share', async () => {
    const shared = pool({ maxTasks: 1 });
    const pids = [await shared.run({ task: 'echo' }), await shared.run({ task: 'echo' })].map(
      (result) => (result as { pid: number }).pid,
    );
    assert.notEqual(pids[0], pids[1]);
  });
});

describe('a tree in a worker', () => {
  const files = memoryTree({ 'a.txt': 'one', 'b/c.txt': 'two' });
  const expected = ['one', undefined, 'two'];

  it('asks the parent, and for each content once', async () => {
    const shared = pool();
    const read: (readonly string[])[] = [];
    const counted: FileTree = { ...files, read: async (paths) => (read.push(paths), files.read(paths)) };
    const run = () => shared.run({ task: 'tree' }, { onRequest: answerTree(counted) });
    const first = (await run()) as { files: unknown; entries: readonly { name: string }[] };
    assert.deepEqual(first.files, expected);
    assert.deepEqual(
      first.entries.map(({ name }) => name),
      ['a.txt', 'b'],
    );
    assert.deepEqual(((await run()) as { files: unknown }).files, expected);
    if (counted.digests !== undefined) assert.deepEqual(read, [['a.txt', 'b/c.txt']]);
  });

  it('asks only for what it was not told of beforehand', async () => {
    const asked: unknown[] = [];
    const answer = answerTree(files);
    const told = await headStart(files, '');
    const run = pool().run(
      { task: 'tree', argument: told },
      { onRequest: (question) => (asked.push(question), answer(question)) },
    );
    assert.deepEqual(((await run) as { files: unknown }).files, expected);
    assert.deepEqual(
      asked.filter(
        (question) => JSON.stringify(question).includes('a.txt') || JSON.stringify(question).includes('missing'),
      ),
      [],
    );
    assert.ok(JSON.stringify(asked).includes('b/c.txt'));
  });

  it('is told nothing beforehand of a folder that is large, not there or no folder of the tree', async () => {
    const large = memoryTree(Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`d/${index}`, 'x'])));
    assert.equal(await headStart(large, 'd'), undefined);
    assert.equal(await headStart(memoryTree({ 'd/a': 'x'.repeat(200_000) }), 'd'), undefined);
    assert.equal(await headStart(files, 'nowhere'), undefined);
    assert.equal(await headStart(files, '../x'), undefined);
  });

  it('throws in the task what the tree throws', async () => {
    await fails(
      pool().run({ task: 'tree' }, { onRequest: answerTree({ ...files, list: () => files.list(['../x']) }) }),
      'TREE_PATH_INVALID',
    );
  });
});
