import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openCluster, silentJournal, type Engine, type Journal, type Log } from '@capstan/controllers';
import { messageOf } from '@capstan/errors';
import {
  connectCluster,
  createEventRecorder,
  followDefinitions,
  systemClock,
  type Clock,
  type ClusterConfig,
  type EventRecorder,
  type FlowLimits,
  type RequestCount,
} from '@capstan/kube';
import { LOCAL_CLUSTER, type KubernetesObject } from '@capstan/object';
import {
  createArtifactStore,
  createGitSource,
  HttpFiles,
  isOwnAddress,
  RemoteBases,
  type GitProtocol,
} from '@capstan/source';
import { keepCompiledCode } from './keep-compiled-code.ts';
import { openedClusters } from './opened-clusters.ts';
import { pooledRenderer } from './pooled-renderer.ts';

/** What an engine is made of. */
export interface EngineOptions {
  readonly config: ClusterConfig;
  /** Where mirrors and artifacts are kept; all of it can be fetched again. */
  readonly cacheDirectory: string;
  readonly log: Log;
  readonly artifactUrl: (path: string) => string;
  readonly journal?: Journal;
  readonly limits?: Partial<FlowLimits>;
  readonly renderWorkers?: number;
  readonly protocols?: readonly GitProtocol[];
  /** Whether what kustomizations name elsewhere may lie on this machine: for a laptop, whose Git host does. */
  readonly allowLocalRemoteBases?: boolean;
  /** Marks that applied objects bear; such objects are kept whole from the start. */
  readonly isMarked: (object: KubernetesObject) => boolean;
}

/** An engine, and how it is taken down: connections, git processes, workers. */
export interface RunningEngine {
  readonly engine: Engine;
  /** What has been sent to the API of the local cluster so far. */
  requests(): readonly RequestCount[];
  close(): Promise<void>;
}

/** Wires the real ports: the cluster, git, the render pool, artifacts on disk. */
export function createEngine(options: EngineOptions): RunningEngine {
  const clock = systemClock();
  keepCompiledCode();
  mkdirSync(options.cacheDirectory, { recursive: true });
  const kube = connectCluster(options.config, {
    id: LOCAL_CLUSTER,
    clock,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const tracked = (object: KubernetesObject): boolean => isOurs(object) || options.isMarked(object);
  const local = openCluster(kube, {
    clock,
    log: options.log,
    tracked,
  });
  const opened = openedClusters({ ...options, clock, local, tracked });
  const recorders = new Map<string, EventRecorder>();
  const git = createGitSource({
    cacheDirectory: join(options.cacheDirectory, 'git'),
    ...(options.protocols === undefined ? {} : { protocols: options.protocols }),
  });
  const remotes = remoteBases(options, clock);
  const renderer = pooledRenderer({ workers: options.renderWorkers ?? 2, remotes });
  const isBusy = (): boolean => {
    const { inFlight, waiting } = kube.load();
    return waiting > 0 || inFlight >= BUSY_REQUESTS;
  };
  const stop = new AbortController();
  const following = followDefinitions({
    client: local.client,
    clock,
    random: Math.random,
    signal: stop.signal,
    onFailure: (error) => options.log.warn({ error: messageOf(error) }, 'could not read again what the cluster serves'),
  });
  const engine: Engine = {
    clock,
    clusters: opened.clusters,
    openCluster: (definition) => opened.open(definition),
    git,
    artifacts: createArtifactStore({ directory: join(options.cacheDirectory, 'artifacts'), now: () => clock.now() }),
    artifactUrl: options.artifactUrl,
    renderer,
    events: (component) => {
      const known = recorders.get(component);
      if (known !== undefined) return known;
      const onFailure = (error: unknown): void =>
        options.log.warn({ component, error: messageOf(error) }, 'an event could not be written');
      const made = createEventRecorder({ client: local.client, component, clock, onFailure, isBusy });
      recorders.set(component, made);
      return made;
    },
    journal: options.journal ?? silentJournal,
    log: options.log,
  };
  const close = async (): Promise<void> => {
    stop.abort();
    await following;
    await Promise.all([...recorders.values()].map((recorder) => recorder.close()));
    await Promise.all([renderer.close(), remotes.close(), git.close(), opened.close(), local.close()]);
  };
  return { engine, requests: () => [...kube.requests(), ...opened.requests()], close };
}

/** Requests under way from which on Events wait for what is being done. */
const BUSY_REQUESTS = 3;

/** Bytes of one pack that content may have us fetch, and repositories of which we keep something. */
const MAX_REMOTE_PACK_BYTES = 512 * 1024 * 1024;
const MAX_REMOTE_MIRRORS = 64;

/**
 * What fetches bases that lie elsewhere: apart from the sources' own mirrors, with limits of its own, and never from this
 * machine or from a cloud's own services, unless the operator says that they lie here.
 */
function remoteBases(options: EngineOptions, clock: Clock): RemoteBases {
  const allowsAddress = (address: string): boolean => options.allowLocalRemoteBases === true || !isOwnAddress(address);
  return new RemoteBases({
    git: createGitSource({
      cacheDirectory: join(options.cacheDirectory, 'remote-bases'),
      protocols: ['http', 'https', 'ssh'],
      concurrency: 4,
      maxPackBytes: MAX_REMOTE_PACK_BYTES,
      maxMirrors: MAX_REMOTE_MIRRORS,
      allowsAddress,
    }),
    http: new HttpFiles({ allowsAddress }),
    now: () => clock.now(),
  });
}

const ownGroups = /^(argoproj\.io|[a-z.]+\.fluxcd\.io)\//;

function isOurs(object: KubernetesObject): boolean {
  return ownGroups.test(object.apiVersion);
}
