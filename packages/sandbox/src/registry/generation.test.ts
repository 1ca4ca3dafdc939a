import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { JsonValue } from '@capstan/object';
import { startSandbox, type Sandbox } from '../start.ts';

const deployments = { group: 'apps', version: 'v1', resource: 'deployments' };
const pods = { group: '', version: 'v1', resource: 'pods' };
const options = { manager: 'test' };
const containers = [{ name: 'web', image: 'nginx' }];

describe('generations of built-in kinds', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox({ stateDir, port: 0, simulation: false });
  });
  after(async () => {
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
  });

  it("counts a change of a Deployment's annotations, not of its labels", () => {
    sandbox.api.create(
      deployments,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace: 'default' },
        spec: {
          selector: { matchLabels: { a: 'b' } },
          template: { metadata: { labels: { a: 'b' } }, spec: { containers } },
        },
      },
      options,
    );
    const patched = (metadata: JsonValue): JsonValue | undefined =>
      sandbox.api.patch(deployments, 'default', 'web', { metadata }, options).metadata['generation'];
    assert.equal(patched({ labels: { x: 'y' } }), 1);
    assert.equal(patched({ annotations: { x: 'y' } }), 2);
  });

  it('does not count that a pod is given a node', () => {
    sandbox.api.create(
      pods,
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, spec: { containers } },
      options,
    );
    const bound = sandbox.api.patch(pods, 'default', 'web', { spec: { nodeName: 'node' } }, options);
    assert.equal(bound.metadata['generation'], 1);
  });
});
