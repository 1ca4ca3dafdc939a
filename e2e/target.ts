import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { argoResources, crdOf, fluxResources } from '@capstan/api';
import { connectCluster, loadKubeconfig, type KubeCluster } from '@capstan/kube';
import { refOf } from '@capstan/object';
import { fluxProgram } from './flux-cli/program.ts';
import { hasControlPlane, startControlPlane, type RunningCluster } from './second-cluster.ts';
import { hasRealRepositories } from './real-repositories.ts';
import type { Need } from './scenario.ts';
import { hasSshd } from './ssh-server.ts';

/** A cluster that scenarios run on. */
export interface Target {
  readonly name: string;
  readonly kubeconfigPath: string;
  readonly kube: KubeCluster;
  readonly offers: ReadonlySet<Need>;
  /** The kubeconfig of a second cluster of the same sort, started when it is first asked for. */
  second(): Promise<string>;
  close(): Promise<void>;
}

const sandboxMain = fileURLToPath(new URL('../packages/sandbox/src/main.ts', import.meta.url));

/** The sandbox, as a process of its own on a folder of its own. */
export async function startSandboxTarget(): Promise<Target> {
  const first = await startSandboxProcess();
  const offers = new Set<Need>(['image-faults', 'addresses', 'metrics', 'second-cluster']);
  const target = await openTarget('the sandbox', first.kubeconfigPath, offers, startSandboxProcess);
  return {
    ...target,
    close: async () => {
      await target.close();
      await first.close();
    },
  };
}

async function startSandboxProcess(): Promise<RunningCluster> {
  const state = await mkdtemp(join(tmpdir(), 'capstan-e2e-'));
  const child = spawn(process.execPath, [sandboxMain, '--state', state, '--port', '0', '--metrics'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endsWithUs(child);
  const kubeconfigPath = await readyLine(child);
  return {
    kubeconfigPath,
    close: async () => {
      await ended(child, 'SIGTERM');
      await rm(state, { recursive: true, force: true });
    },
  };
}

/** A cluster by its kubeconfig. */
export async function openTarget(
  name: string,
  kubeconfigPath: string,
  offers: ReadonlySet<Need> = new Set(hasControlPlane ? ['second-cluster'] : []),
  startSecond: () => Promise<RunningCluster> = startControlPlane,
): Promise<Target> {
  const kubeconfig = await loadKubeconfig({ path: kubeconfigPath });
  const kube = connectCluster(kubeconfig, { userAgent: 'capstan-e2e' });
  await installDefinitions(kube);
  const all = new Set<Need>(offers);
  if (hasRealRepositories) all.add('real-repositories');
  if (hasSshd) all.add('sshd');
  if (startSecond === startControlPlane && isHere(kubeconfig.server)) all.add('admission');
  if (fluxProgram !== undefined) all.add('flux-cli');
  let second: Promise<RunningCluster> | undefined;
  return {
    name,
    kubeconfigPath,
    kube,
    offers: all,
    second: async () => (await (second ??= startSecond())).kubeconfigPath,
    close: async () => {
      await kube.close();
      await (await second)?.close();
    },
  };
}

/** Whether a server runs on this machine, so that it reaches a webhook here. */
function isHere(server: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(server).hostname);
}

async function installDefinitions(kube: KubeCluster): Promise<void> {
  const client = kube.client();
  for (const resource of [...argoResources, ...fluxResources]) {
    const crd = crdOf(resource);
    await client.apply(crd, { fieldManager: 'capstan-e2e', force: true });
    await established(client, crd);
  }
  await untilServed(kube);
}

/** A kind that is established is told of a moment later, which no watch tells: it is asked for until it is. */
async function untilServed(kube: KubeCluster): Promise<void> {
  for (let asked = 0; ; asked++) {
    await kube.discovery.refresh();
    const missing = [...argoResources, ...fluxResources].filter((kind) => kube.discovery.known(kind) === undefined);
    if (missing.length === 0) return;
    if (asked >= MAX_ASKED) throw new Error(`the cluster does not serve ${missing.map(({ kind }) => kind).join(', ')}`);
    await setTimeout(ASK_AGAIN_MS);
  }
}

const ASK_AGAIN_MS = 100;
const MAX_ASKED = 600;

async function established(client: ReturnType<KubeCluster['client']>, crd: ReturnType<typeof crdOf>): Promise<void> {
  const ref = refOf(crd);
  const kind = { group: ref.group, version: ref.version, kind: ref.kind };
  const { resourceVersion } = await client.listAll(kind, { fieldSelector: `metadata.name=${ref.name}` });
  const now = await client.get(ref);
  if (isEstablished(now)) return;
  for await (const event of client.watch(kind, {
    fieldSelector: `metadata.name=${ref.name}`,
    resourceVersion,
    timeoutSeconds: 60,
  }))
    if (isEstablished(event.object)) return;
  throw new Error(`the CRD ${ref.name} was not established within a minute`);
}

function isEstablished(crd: object): boolean {
  return (
    JSON.stringify(crd).includes('"type":"Established"') &&
    /"status":"True"[^}]*"type":"Established"|"type":"Established"[^}]*"status":"True"/.test(JSON.stringify(crd))
  );
}

/** The first line that a child prints, which says where its kubeconfig is. */
function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (end < 0) return;
      const line: unknown = JSON.parse(text.slice(0, end));
      if (typeof line === 'object' && line !== null && 'kubeconfig' in line && typeof line.kubeconfig === 'string')
        resolve(line.kubeconfig);
      else reject(new Error(`the sandbox said: ${text}`));
    });
    child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code} before it was ready`)));
  });
}

/** Kills a child when this process ends before it. */
export function endsWithUs(child: ChildProcess): void {
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
}

/** Ends a child and waits until it is gone. */
export function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
