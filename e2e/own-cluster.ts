import { readFile } from 'node:fs/promises';
import { loadKubeconfig } from '@capstan/kube';
import type { JsonObject } from '@capstan/object';
import { parse } from '@capstan/yaml';
import { textAt } from './fields.ts';
import type { World } from './world.ts';

/** How the scenario's own cluster is reached from outside, with the rights that the suite has. */
export async function ownCluster(
  world: World,
): Promise<{ readonly server: string; readonly ca?: string; readonly token: string }> {
  const path = world.target.kubeconfigPath;
  const { server, tls } = await loadKubeconfig({ path });
  const token = textAt(parse(await readFile(path, 'utf8')), 'users', 0, 'user', 'token');
  return { server, token, ...(tls.ca === undefined ? {} : { ca: tls.ca }) };
}

/** A kubeconfig of one cluster and one user; JSON is YAML. */
export function kubeconfig(cluster: JsonObject, user: JsonObject): string {
  const named = { contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }], 'current-context': 'x' };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    ...named,
    clusters: [{ name: 'x', cluster }],
    users: [{ name: 'x', user }],
  });
}
