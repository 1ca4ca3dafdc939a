import type { Clock, EventRecorder } from '@capstan/kube';
import type { ArtifactStore, GitSource } from '@capstan/source';
import type { ClusterDefinition, Clusters, OpenedCluster } from './cluster.ts';
import type { Journal } from './journal.ts';
import type { Log } from './log.ts';
import type { Renderer } from './renderer.ts';

/** Everything that reconcilers reach the outside through. Tests pass their own; `run` and `up` wire the real ones. */
export interface Engine {
  readonly clock: Clock;
  readonly clusters: Clusters;
  /** Opens another cluster, with connections and limits of its own. Nothing is sent until something is asked of it. */
  openCluster(definition: ClusterDefinition): OpenedCluster;
  readonly git: GitSource;
  readonly artifacts: ArtifactStore;
  /** Where an artifact is served, for status: `http://…/gitrepository/NAMESPACE/NAME/COMMIT.tar.gz`. */
  artifactUrl(path: string): string;
  readonly renderer: Renderer;
  /** The recorder of a component, as events name it: `source-controller`, … */
  events(component: string): EventRecorder;
  readonly journal: Journal;
  readonly log: Log;
}
