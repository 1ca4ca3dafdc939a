import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getPath } from '@capstan/object';
import { parse } from '@capstan/yaml';
import { createTestUser } from './test-user.ts';
import { startTestApi, type TestApi } from './test-api.ts';

describe('a restricted user', () => {
  let api: TestApi;
  let folder: string;
  before(async () => {
    api = await startTestApi();
    folder = await mkdtemp(join(tmpdir(), 'test-user-'));
  });
  after(async () => {
    await api.close();
    await rm(folder, { recursive: true });
  });

  it('may do what they were given and nothing else', async () => {
    const name = `reader-${process.pid}`;
    const user = await createTestUser(api.kubeconfigPath, {
      namespace: 'default',
      name,
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }],
      kubeconfigPath: join(folder, 'reader'),
    });
    assert.equal(user.userName, `system:serviceaccount:default:${name}`);
    assert.equal(await get(user.kubeconfigPath, '/api/v1/namespaces/default/configmaps'), 200);
    assert.equal(await get(user.kubeconfigPath, '/api/v1/namespaces/default/secrets'), 403);
    assert.equal(await get(user.kubeconfigPath, '/api/v1/namespaces/kube-system/configmaps'), 403);
  });

  it('may be given a role of the cluster everywhere', async () => {
    const user = await createTestUser(api.kubeconfigPath, {
      namespace: 'default',
      name: `viewer-${process.pid}`,
      clusterRole: 'view',
      everywhere: true,
      kubeconfigPath: join(folder, 'viewer'),
    });
    assert.equal(await get(user.kubeconfigPath, '/api/v1/namespaces/kube-system/configmaps'), 200);
    assert.equal(await get(user.kubeconfigPath, '/api/v1/namespaces/kube-system/secrets'), 403);
  });

  it('cannot be made twice', async () => {
    const options = { namespace: 'default', name: `twice-${process.pid}`, kubeconfigPath: join(folder, 'twice') };
    await createTestUser(api.kubeconfigPath, options);
    await assert.rejects(createTestUser(api.kubeconfigPath, options), /already exists/);
  });
});

async function get(kubeconfigPath: string, path: string): Promise<number> {
  const config = parse(await readFile(kubeconfigPath, 'utf8'));
  const text = (...at: (string | number)[]): string => {
    const value = getPath(config, ...at);
    return typeof value === 'string' ? value : '';
  };
  const ca = Buffer.from(text('clusters', 0, 'cluster', 'certificate-authority-data'), 'base64');
  const headers = { authorization: `Bearer ${text('users', 0, 'user', 'token')}` };
  return new Promise((resolve, reject) => {
    const sent = request(
      `${text('clusters', 0, 'cluster', 'server')}${path}`,
      { ca, headers, agent: false },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
