import type { Clusters, FollowedObjects } from '@capstan/controllers';
import type { RequestCount, WorkQueue } from '@capstan/kube';

/** What metrics and the debug listener look at: figures of a running process, never its objects. */
export interface Inspection {
  readonly clusters: Clusters;
  /** The queues of the controllers that run now, by the controller's name. */
  queues(): ReadonlyMap<string, WorkQueue>;
  /** What the controllers that run now follow by watches of their own. */
  followed(): readonly Pick<FollowedObjects, 'shows'>[];
  /** Renders made, cached ones not counted. */
  renders(): number;
  /** What has been sent to the API of the local cluster, by verb and resource. */
  requests(): readonly RequestCount[];
  /** The dialects that this process leads. */
  leads(): readonly string[];
}
