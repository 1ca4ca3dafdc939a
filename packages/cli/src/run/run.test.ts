import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { argoResources, crdOf, fluxResources } from '@capstan/api';
import { connectCluster, loadKubeconfig, type KubeCluster } from '@capstan/kube';
import { getPath } from '@capstan/object';
import { startTestSandbox } from '@capstan/testkit';
import { ended, runCapstan, startCapstan } from '../testing/run-capstan.ts';

const folder = mkdtempSync(join(tmpdir(), 'capstan-run-test-'));
let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;
let kube: KubeCluster;

/** Starts the controllers; `says` resolves when their log holds a text. */
function start(
  name: string,
  ...args: readonly string[]
): { readonly child: ChildProcess; says(text: string): Promise<void> } {
  const child = startCapstan(
    ['run', '--kubeconfig', sandbox.kubeconfigPath, '--cache', join(folder, name), ...args],
    folder,
  );
  child.stdout?.resume();
  const lines: string[] = [];
  const waiting = new Map<string, () => void>();
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      for (const [text, resolve] of waiting) if (line.includes(text)) resolve();
    });
  return {
    child,
    says: (text) =>
      new Promise((resolve, reject) => {
        if (lines.some((line) => line.includes(text))) resolve();
        else waiting.set(text, resolve);
        child.once('exit', () => reject(new Error(lines.join('\n'))));
      }),
  };
}

async function stop(child: ChildProcess): Promise<number | null> {
  const done = ended(child);
  child.kill('SIGTERM');
  return (await done).code;
}

describe('capstan run', { timeout: 180_000 }, () => {
  before(async () => {
    sandbox = await startTestSandbox();
    kube = connectCluster(await loadKubeconfig({ path: sandbox.kubeconfigPath }));
    const client = kube.client();
    for (const resource of [...argoResources, ...fluxResources])
      await client.apply(crdOf(resource), { fieldManager: 'test' });
    for (const name of ['flux-system', 'argocd'])
      await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  });
  after(async () => {
    await kube.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes the Leases of the controllers that it stands in for, and lets the next one go on', async () => {
    const first = start('first', '--identity', 'first');
    await first.says('"dialect":"flux","msg":"controllers are running"');
    const holder = async (namespace: string, name: string): Promise<unknown> => {
      const ref = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', namespace, name };
      return getPath(await kube.client().get(ref), 'spec', 'holderIdentity');
    };
    assert.equal(await holder('flux-system', 'kustomize-controller-leader-election'), 'first');
    assert.equal(await holder('flux-system', 'source-controller-leader-election'), 'first');
    const second = start('second', '--identity', 'second', '--dialect', 'flux');
    await second.says('another process leads; waiting');
    assert.equal(await stop(first.child), 0);
    await second.says('controllers are running');
    assert.equal(await holder('flux-system', 'kustomize-controller-leader-election'), 'second');
    assert.equal(await stop(second.child), 0);
  });

  it('refuses beside a running application controller of Argo CD, unless it leaves Argo CD alone', async () => {
    const labels = { app: 'argo' };
    await kube.client().create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'controller',
        namespace: 'argocd',
        labels: { 'app.kubernetes.io/name': 'argocd-application-controller' },
      },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'argo', image: 'argo:1' }] } },
      },
    });
    const deployments = { group: 'apps', version: 'v1', kind: 'Deployment' };
    for await (const event of kube.client().watch(deployments, { namespace: 'argocd', timeoutSeconds: 30 }))
      if (getPath(event.object, 'status', 'readyReplicas') === 1) break;
    const refused = await runCapstan(
      ['run', '--kubeconfig', sandbox.kubeconfigPath, '--cache', join(folder, 'third')],
      folder,
    );
    assert.equal(refused.code, 14, refused.stderr);
    assert.match(refused.stderr, /Deployment argocd\/controller/);
    const flux = start('fourth', '--dialect', 'flux');
    await flux.says('controllers are running');
    assert.equal(await stop(flux.child), 0);
  });
});
