import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { lastRun } from './last-run.ts';
import { openStateFolder } from './state-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'capstan-last-run-test-'));
const folder = openStateFolder(root);
const page = createServer((_request, response) => response.end('ok'));
let url = '';

function left(text: string): void {
  writeFileSync(folder.upFile, text);
}

describe('the run before this one', () => {
  before(async () => {
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  });
  after(() => {
    page.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('ended in order where it left nothing, or nothing that can be read', async () => {
    assert.equal(await lastRun(folder), 'in order');
    for (const text of ['', '{"url":"http://127', '[]', '{"url":1,"process":"x"}']) {
      left(text);
      assert.equal(await lastRun(folder), 'in order', text);
    }
  });

  it('still runs where its process is there and its page answers', async () => {
    left(JSON.stringify({ url, process: process.pid }));
    await assert.rejects(
      lastRun(folder),
      (error) => isCapstanError(error, 'UP_FAILED') && error.message.includes(`${root} already: ${url}`),
    );
  });

  it('was killed where its process is gone, though its parts answer still', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    left(JSON.stringify({ url, process: pid }));
    assert.equal(await lastRun(folder), 'killed');
  });

  it('was killed where another process has its number and nobody answers', async () => {
    left(JSON.stringify({ url: 'http://127.0.0.1:1', process: process.pid }));
    assert.equal(await lastRun(folder), 'killed');
  });
});
