import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { AppView } from '@capstan/views';
import { chromium } from 'playwright-core';
import type { AppChange, AppFeed } from '../app-feed.ts';
import { listenForPeople } from '../page-listener.ts';

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

function app(name: string, parts: Partial<AppView>): AppView {
  return {
    dialect: 'flux',
    role: 'app',
    ref: { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization', namespace: 'shop', name },
    sync: 'Synced',
    health: 'Healthy',
    paused: 'no',
    revision: 'main@sha1:0123456789abcdef0123456789abcdef01234567',
    source: 'GitRepository/repo',
    path: '',
    destination: '',
    message: '',
    reason: '',
    blocked: false,
    since: '',
    ...parts,
  };
}

describe('the page in a browser', { skip: browser === undefined ? 'there is no Chromium' : false }, () => {
  it('shows hostile text as text, and follows changes without a reload', { timeout: 60_000 }, async () => {
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    let tell: (change: AppChange) => void = () => undefined;
    const feed: AppFeed = {
      list: () => [app('web', {}), app('api', { path: hostile, sync: 'OutOfSync', message: hostile })],
      subscribe: (listener) => {
        tell = listener;
        return () => undefined;
      },
      started: Promise.resolve(),
      close: () => undefined,
    };
    const listener = await listenForPeople(feed, { host: '127.0.0.1', port: 0 });
    const running = await chromium.launch({ executablePath: browser ?? '', args: ['--no-sandbox'] });
    try {
      const page = await running.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(listener.url);
      await page.getByText('2 apps, 1 synced and healthy').waitFor();
      assert.equal(await page.locator('li img, li script').count(), 0);
      assert.equal(await page.getByText(hostile).count(), 2);
      assert.equal(await page.title(), 'Capstan');
      tell({ type: 'changed', key: 'kustomize.toolkit.fluxcd.io/Kustomization/shop/api', app: app('api', {}) });
      await page.getByText('2 apps, 2 synced and healthy').waitFor();
      tell({ type: 'gone', key: 'kustomize.toolkit.fluxcd.io/Kustomization/shop/api' });
      await page.getByText('1 app, 1 synced and healthy').waitFor();
      assert.deepEqual(complaints, []);
    } finally {
      await running.close();
      await listener.close();
    }
  });
});
