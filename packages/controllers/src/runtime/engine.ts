import type { Clock } from '@capstan/kube';
import type { GitSource } from '@capstan/source';
import type { Clusters } from './cluster.ts';
import type { Journal } from './journal.ts';
import type { Log } from './log.ts';
import type { Renderer } from './renderer.ts';

/** Everything that reconcilers reach the outside through. Tests pass their own; `run` and `up` wire the real ones. */
export interface Engine {
  readonly clock: Clock;
  readonly clusters: Clusters;
  readonly git: GitSource;
  readonly renderer: Renderer;
  readonly journal: Journal;
  readonly log: Log;
}
