import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connectCluster, loadKubeconfig } from '@capstan/kube';
import type { JsonObject, KubernetesObject, VersionedRef } from '@capstan/object';
import { startFaultProxy, type FaultProxy } from '@capstan/testkit';
import { removeObject } from './app.ts';
import { ClusterView } from './cluster-view.ts';
import type { World } from './world.ts';

const run = promisify(execFile);
const controlPlane =
  process.env['CONTROL_PLANE_DIR'] ?? fileURLToPath(new URL('../../shared/control-plane', import.meta.url));

/** Whether a second real control plane can be started here. */
export const hasControlPlane = existsSync(join(controlPlane, 'up'));

/** A cluster that runs beside the one of the suite. */
export interface RunningCluster {
  readonly kubeconfigPath: string;
  close(): Promise<void>;
}

/** Starts a second real control plane. */
export async function startControlPlane(): Promise<RunningCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'capstan-e2e-second-'));
  const { stdout } = await run(join(controlPlane, 'up'), [folder]);
  return {
    kubeconfigPath: stdout.trim(),
    close: async () => {
      await run(join(controlPlane, 'down'), [folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** How a cluster can be out of order: connections break, nobody answers, or every answer is an error. */
export type Outage = 'refuses' | 'hangs' | 'fails';

/** A second cluster, as one scenario has it: by a way of its own, which can be broken. */
export interface SecondCluster {
  /** What Argo CD calls it, by name and by address. */
  readonly name: string;
  readonly server: string;
  readonly view: ClusterView;
  readonly faults: FaultProxy;
  /** Declares it by a Secret, with these fields besides. */
  declare(fields?: Readonly<Record<string, string>>): Promise<void>;
  /** Deletes the Secret. */
  withdraw(): Promise<void>;
  /** Breaks the way to it; the returned function mends it. */
  breakDown(outage: Outage): () => void;
}

/** Runs a scenario with a second cluster, on which it has a namespace of its own name. */
export async function withSecondCluster(world: World, play: (second: SecondCluster) => Promise<void>): Promise<void> {
  const faults = await startFaultProxy({ kubeconfig: await world.target.second() });
  // The scenario's own eyes must not be broken with it.
  const kube = connectCluster(await loadKubeconfig({ path: await world.target.second() }), {
    userAgent: 'capstan-e2e',
  });
  const view = new ClusterView(kube.client());
  const name = `${world.namespace}-second`;
  const secret: VersionedRef = { group: '', version: 'v1', kind: 'Secret', namespace: 'argocd', name };
  const withdraw = (): Promise<void> => removeObject(world.view, secret);
  await view.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: world.namespace } });
  try {
    await play({
      name,
      server: faults.url,
      view,
      faults,
      withdraw,
      declare: async (fields = {}) => {
        const config = await credentials(faults.kubeconfig);
        const data = { name, server: faults.url, config: JSON.stringify(config), ...fields };
        await world.view.client.apply(secretOf(secret, data), { fieldManager: 'argocd-cli', force: true });
      },
      breakDown: (outage) => breakDown(faults, outage),
    });
  } finally {
    faults.rules.clear();
    await world.clean();
    await withdraw();
    await view.client
      .delete({ group: '', version: 'v1', kind: 'Namespace', namespace: '', name: world.namespace })
      .catch(() => undefined);
    await view.close();
    await kube.close();
    await faults.close();
  }
}

/** The way through a kubeconfig, as Argo CD writes it down. */
async function credentials(kubeconfig: string): Promise<JsonObject> {
  const { tls, auth } = await loadKubeconfig({ path: kubeconfig });
  const authorization = (await auth.authorization()) ?? '';
  return {
    ...(authorization.startsWith('Bearer ') ? { bearerToken: authorization.slice('Bearer '.length) } : {}),
    tlsClientConfig: { ...(tls.ca === undefined ? {} : { caData: Buffer.from(tls.ca).toString('base64') }) },
  };
}

function secretOf(ref: VersionedRef, fields: Readonly<Record<string, string>>): KubernetesObject {
  const { name, namespace } = ref;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'argocd.argoproj.io/secret-type': 'cluster' } },
    data: Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  };
}

function breakDown(faults: FaultProxy, outage: Outage): () => void {
  const mended = Promise.withResolvers<undefined>();
  const fault =
    outage === 'refuses'
      ? ({ kind: 'drop' } as const)
      : outage === 'hangs'
        ? ({ kind: 'hold', until: mended.promise } as const)
        : ({ kind: 'status', status: 500 } as const);
  const remove = faults.rules.add({ match: () => true, fault });
  if (outage === 'hangs') faults.silenceOpen();
  else faults.breakOpen();
  return () => {
    remove();
    mended.resolve(undefined);
    // What has been silent stays so: a person would say that the network came back.
    faults.breakOpen();
  };
}
