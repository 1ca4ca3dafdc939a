import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getPath, type JsonValue, type KubernetesObject } from '@capstan/object';
import { startSandbox, type Sandbox } from '../start.ts';

const deployments = { group: 'apps', version: 'v1', resource: 'deployments' };

describe('owners of replicas that are scaled', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox({ stateDir, port: 0, simulation: false, plainHttp: true });
  });
  after(async () => {
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
  });

  async function scaled(name: string, owners: readonly JsonValue[]): Promise<readonly JsonValue[]> {
    const metadata = { name, namespace: 'default' };
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
    const spec = { replicas: 1, selector: { matchLabels: { a: 'b' } }, template };
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
    const created = sandbox.api.create(deployments, object, { manager: 'creator' });
    const owned: KubernetesObject = { ...created, metadata: { ...created.metadata, managedFields: owners } };
    sandbox.api.update(deployments, owned, { manager: 'creator' });
    const answer = await fetch(
      `${sandbox.url}/apis/apps/v1/namespaces/default/deployments/${name}/scale?fieldManager=kubectl`,
      {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ spec: { replicas: 3 } }),
      },
    );
    assert.equal(answer.status, 200);
    const managed = getPath(sandbox.api.get(deployments, 'default', name), 'metadata', 'managedFields');
    return (Array.isArray(managed) ? (managed as readonly JsonValue[]) : []).map(
      (entry) => getPath(entry, 'manager') ?? '',
    );
  }

  const entry = (fieldsV1: JsonValue): JsonValue => ({
    manager: 'applier',
    operation: 'Apply',
    apiVersion: 'apps/v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1,
  });

  it('are told where somebody owned them before', async () => {
    const owners = await scaled('owned', [entry({ 'f:spec': { 'f:paused': {}, 'f:replicas': {} } })]);
    assert.ok(owners.includes('kubectl'));
  });

  it('are not told where nobody did', async () => {
    assert.deepEqual(await scaled('free', [entry({ 'f:spec': { 'f:paused': {} } })]), ['applier']);
  });
});
