import type { FluxOptions, Log } from '@capstan/controllers';
import { messageOf } from '@capstan/errors';
import type { ClusterConfig, Leadership } from '@capstan/kube';
import { getPath, type KubernetesObject } from '@capstan/object';
import { followApps, type Inspection } from '@capstan/server';
import type { Dialect } from '@capstan/views';
import { createEngine } from '../wiring/create-engine.ts';
import { refuseBesideArgo } from './argo-in-charge.ts';
import { shownKinds, startDialect, type RunningDialect } from './dialects.ts';
import { leadDialect, type LeaseOptions } from './lead.ts';
import { closeListeners, openListeners, type ListenerOptions } from './listeners.ts';

/**
 * Node's small buffers are slices of slabs, and one that is kept keeps its slab: of 64 KiB, which is Node's size, 20 MiB lie
 * about between two collections.
 */
const SLAB_BYTES = 8 * 1024;

/** What `run` needs to know. */
export interface RunOptions {
  readonly config: ClusterConfig;
  readonly cacheDirectory: string;
  readonly dialects: readonly Dialect[];
  readonly leases: LeaseOptions;
  readonly listeners: ListenerOptions;
  /** What sources' status says instead of the artifact listener's own address. */
  readonly artifactsUrl?: string;
  /** Whether Argo CD's cluster Secrets may name programs that give credentials. */
  readonly allowClusterExec?: boolean;
  /** Whether what kustomizations name elsewhere may lie on this machine. */
  readonly allowLocalRemoteBases?: boolean;
  /** What Flux's own flags say; its defaults when absent. */
  readonly flux?: FluxOptions;
  readonly log: Log;
  /** Told once the listeners are open: their addresses by name. */
  readonly onListening: (urls: Readonly<Record<string, string>>) => void;
  /** Ends it. */
  readonly stop: AbortSignal;
}

/**
 * Runs the controllers of the dialects on a cluster until `stop`: the listeners first, then each dialect once its Leases
 * are ours. Throws LEADER_ELSEWHERE where Argo CD runs, LEASE_LOST the moment leadership may have ended; by then nothing
 * is written any more.
 */
export async function runControllers(options: RunOptions): Promise<void> {
  const { log, stop } = options;
  Buffer.poolSize = SLAB_BYTES;
  let artifactsUrl = options.artifactsUrl ?? '';
  const running = createEngine({
    config: options.config,
    cacheDirectory: options.cacheDirectory,
    allowLocalRemoteBases: options.allowLocalRemoteBases ?? false,
    log,
    artifactUrl: (path) => `${artifactsUrl}/${path}`,
    isMarked,
  });
  const { engine } = running;
  const { local } = engine.clusters;
  try {
    if (options.dialects.includes('argo')) await refuseBesideArgo(local.client, stop);
    const led = new Map<Dialect, RunningDialect>();
    const inspection: Inspection = {
      clusters: engine.clusters,
      queues: () => new Map([...led.values()].flatMap(({ queues }) => [...queues])),
      followed: () => [...led.values()].flatMap(({ followed }) => followed),
      renders: () => engine.renderer.renders,
      requests: () => running.requests(),
      leads: () => [...led.keys()],
    };
    const feed = followApps(local.cache, shownKinds(options.dialects));
    // A kind that is not served (yet) is no failure of the page: it shows the others.
    feed.started.catch((error: unknown) => log.debug({ error: messageOf(error) }, 'not every kind can be shown'));
    const refresh = (url: string): number => sum([...led.values()].map((dialect) => dialect.refresh(url)));
    const listeners = await openListeners(options.listeners, { engine, feed, inspection, refresh });
    artifactsUrl = options.artifactsUrl ?? listeners.artifacts?.url ?? '';
    options.onListening(Object.fromEntries(Object.entries(listeners).map(([name, { url }]) => [name, url])));
    try {
      await leadAll(options, engine, led);
    } finally {
      feed.close();
      await closeListeners(listeners);
    }
  } finally {
    await running.close();
  }
}

/** Leads every dialect, each as soon as it can, until `stop` or until one of them is lost. */
async function leadAll(
  options: RunOptions,
  engine: ReturnType<typeof createEngine>['engine'],
  led: Map<Dialect, RunningDialect>,
): Promise<void> {
  const { log } = options;
  const end = new AbortController();
  const stop = AbortSignal.any([options.stop, end.signal]);
  const leaderships: Leadership[] = [];
  const lead = async (dialect: Dialect): Promise<void> => {
    const leadership = await leadDialect(engine.clusters.local.client, dialect, options.leases, log, stop);
    leaderships.push(leadership);
    led.set(
      dialect,
      startDialect(
        dialect,
        engine,
        log,
        {
          namespace: options.leases.argoNamespace,
          allowClusterExec: options.allowClusterExec ?? false,
        },
        options.flux,
      ),
    );
    log.info({ dialect }, 'controllers are running');
    await aborted(AbortSignal.any([stop, leadership.signal]));
    if (!stop.aborted) throw leadership.signal.reason;
  };
  try {
    await Promise.all(options.dialects.map(lead));
  } catch (error) {
    if (!options.stop.aborted) throw error;
  } finally {
    end.abort();
    await Promise.all([...led.values()].map((dialect) => dialect.close()));
    // A Lease that cannot be given up runs out by itself.
    const notReleased = (error: unknown): void =>
      log.warn({ error: messageOf(error) }, 'a Lease could not be given up');
    await Promise.all(leaderships.map((leadership) => leadership.release().catch(notReleased)));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((left, right) => left + right, 0);
}

/** Whether an object bears the marks of one of the dialects: then it is kept whole from the start. */
function isMarked(object: KubernetesObject): boolean {
  return (
    getPath(object.metadata, 'labels', 'kustomize.toolkit.fluxcd.io/name') !== undefined ||
    getPath(object.metadata, 'annotations', 'argocd.argoproj.io/tracking-id') !== undefined
  );
}
