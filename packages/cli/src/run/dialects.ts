import {
  defaultFluxOptions,
  startArgo,
  startFlux,
  type ArgoOptions,
  type Controller,
  type Engine,
  type FluxOptions,
  type FollowedObjects,
  type Log,
} from '@capstan/controllers';
import type { WorkQueue } from '@capstan/kube';
import type { GroupKind } from '@capstan/object';
import { appKinds, type Dialect } from '@capstan/views';
import { CONCURRENCY, controllerQueues } from '../wiring/controller-queue.ts';

/** The controllers of one dialect, running. */
export interface RunningDialect {
  readonly dialect: Dialect;
  readonly queues: ReadonlyMap<string, WorkQueue>;
  /** What it follows by watches of its own. */
  readonly followed: readonly FollowedObjects[];
  /** Looks at once at everything that is fed by a repository; returns how many resources that is. */
  refresh(repositoryUrl: string): number;
  close(): Promise<void>;
}

/** Starts the controllers of a dialect on an engine. Argo CD's resources count in one namespace only. */
export function startDialect(
  dialect: Dialect,
  engine: Engine,
  log: Log,
  argoOptions: Pick<ArgoOptions, 'namespace' | 'allowClusterExec'>,
  fluxOptions: FluxOptions = defaultFluxOptions,
): RunningDialect {
  switch (dialect) {
    case 'flux':
      return flux(engine, log, fluxOptions);
    case 'argo':
      return argo(engine, log, argoOptions);
    default:
      return dialect satisfies never;
  }
}

/** The kinds of a dialect that are shown as apps and sources. */
export function shownKinds(dialects: readonly Dialect[]): readonly GroupKind[] {
  return appKinds.filter(({ group }) => dialects.includes(group === 'argoproj.io' ? 'argo' : 'flux'));
}

/** One spelling of a repository's address, so that a push is matched however the resource writes it. */
export function comparableUrl(url: string): string {
  return url
    .trim()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}

function flux(engine: Engine, log: Log, options: FluxOptions): RunningDialect {
  const running = startFlux(engine, controllerQueues(log), options);
  return {
    dialect: 'flux',
    queues: queuesOf([running.gitRepositories, running.kustomizations]),
    followed: [],
    refresh: (repositoryUrl) => {
      const wanted = comparableUrl(repositoryUrl);
      return running.refresh((url) => comparableUrl(url) === wanted);
    },
    close: () => running.close(),
  };
}

function argo(engine: Engine, log: Log, options: ArgoOptions): RunningDialect {
  const running = startArgo(engine, controllerQueues(log), { ...options, workers: CONCURRENCY });
  return {
    dialect: 'argo',
    queues: queuesOf([running.applications]),
    followed: running.followed,
    refresh: (repositoryUrl) => running.refresh(repositoryUrl),
    close: () => running.close(),
  };
}

function queuesOf(controllers: readonly Controller[]): ReadonlyMap<string, WorkQueue> {
  return new Map(controllers.map(({ name, queue }) => [name, queue] as const));
}
