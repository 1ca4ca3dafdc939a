import type { Cluster } from '../../runtime/cluster.ts';
import type { ApplicationSpec } from '../application.ts';
import { LOCAL_NAME, LOCAL_SERVER } from '../names.ts';
import { destinationCluster, type DestinationCluster } from './destination-cluster.ts';

/** Where an Application goes, or the words for why that is nowhere. */
export type FoundDestination =
  { readonly kind: 'found'; readonly at: DestinationCluster } | { readonly kind: 'unknown'; readonly message: string };

/** The clusters that Applications may go to. */
export class Destinations {
  readonly #local: DestinationCluster;

  constructor(home: Cluster) {
    this.#local = destinationCluster({ server: LOCAL_SERVER, name: LOCAL_NAME, project: '', namespaces: [] }, home);
  }

  /** The cluster that a spec's destination names. */
  find({ server = '', name = '' }: ApplicationSpec['destination']): FoundDestination {
    const unknown = (message: string): FoundDestination => ({ kind: 'unknown', message });
    if (server !== '' && name !== '')
      return unknown(`application destination can't have both name and server defined: ${name} ${server}`);
    if (server === '' && name === '') return unknown('destination server missing from app spec');
    if (name !== '' && name !== LOCAL_NAME) return unknown(`there are no clusters with this name: ${name}`);
    if (server !== '' && server.replace(/\/+$/, '') !== LOCAL_SERVER)
      return unknown(
        `error getting cluster by server "${server}": rpc error: code = NotFound desc = cluster "${server}" not found`,
      );
    return { kind: 'found', at: this.#local };
  }

  /** All that are known. */
  list(): readonly DestinationCluster[] {
    return [this.#local];
  }

  /** Nobody's objects are looked after any more on behalf of `owner`, but on the cluster `except`. */
  drop(owner: string, except?: DestinationCluster): void {
    for (const at of this.list()) {
      if (at === except) continue;
      at.cluster.interests.drop(owner);
      at.orphans.drop(owner);
    }
  }
}
