import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Limiter } from './limiter.ts';

/** Work for servers that ends when the test says so. */
function bench(limiter: Limiter): {
  readonly begun: string[];
  readonly start: (server: string) => void;
  readonly end: (server: string) => Promise<void>;
} {
  const begun: string[] = [];
  const open: { readonly server: string; readonly end: () => void; readonly done: Promise<void> }[] = [];
  return {
    begun,
    start: (server) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const done = limiter.run(server, () => {
        begun.push(server);
        return promise;
      });
      open.push({ server, end: resolve, done });
    },
    end: async (server) => {
      const at = open.findIndex((work) => work.server === server);
      const [work] = open.splice(at, 1);
      work?.end();
      await work?.done;
    },
  };
}

describe('a limiter', () => {
  it('lets a server that never answers hold its own places only', async () => {
    const { begun, start, end } = bench(new Limiter({ each: 2, all: 6 }));
    for (let count = 0; count < 10; count++) start('silent');
    start('quick');
    start('quick');
    assert.deepEqual(begun, ['silent', 'silent', 'quick', 'quick']);
    start('quick');
    await end('quick');
    assert.deepEqual(begun.slice(4), ['quick']);
  });

  it('lets servers take turns where there is no place for all', async () => {
    const { begun, start, end } = bench(new Limiter({ each: 2, all: 2 }));
    for (const server of ['a', 'a', 'a', 'a', 'b', 'c']) start(server);
    assert.deepEqual(begun, ['a', 'a']);
    await end('a');
    await end('a');
    assert.deepEqual(begun, ['a', 'a', 'a', 'b']);
    await end('b');
    assert.deepEqual(begun, ['a', 'a', 'a', 'b', 'c']);
  });

  it('gives the place back where work fails', async () => {
    const limiter = new Limiter({ each: 1, all: 1 });
    await assert.rejects(
      limiter.run('a', () => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(await limiter.run('b', () => Promise.resolve(1)), 1);
  });
});
