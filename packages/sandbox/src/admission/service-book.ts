import type { KubernetesObject } from '@capstan/object';
import { heldBy, type TakenAddresses } from '../defaults/index.ts';
import { objectKey } from '../store/collection.ts';
import type { Store } from '../store/store.ts';

const SERVICES = '/services';

/** Which cluster addresses and node ports the Services of a store hold; kept up to date by each write. */
export class ServiceBook {
  readonly #store: Store;
  /** How many Services hold an address or a port: a user may name one that is taken. */
  readonly #addresses = new Map<string, number>();
  readonly #ports = new Map<number, number>();

  constructor(store: Store) {
    this.#store = store;
    for (const stored of store.collection(SERVICES).list()) this.#count(stored.object, 1);
    store.observe((change) => {
      if (change.collection !== SERVICES) return;
      if (change.previous !== undefined) this.#count(change.previous.object, -1);
      if (change.type !== 'DELETED') this.#count(change.current.object, 1);
    });
  }

  /** What all Services but this one hold. */
  takenFor(namespace: string, name: string): TakenAddresses {
    const stored = this.#store.collection(SERVICES).get(objectKey(namespace, name));
    const own = stored === undefined ? undefined : heldBy(stored.object);
    return {
      hasAddress: (address) => (this.#addresses.get(address) ?? 0) > (own?.clusterIP === address ? 1 : 0),
      hasPort: (port) => (this.#ports.get(port) ?? 0) > (own?.nodePorts.filter((each) => each === port).length ?? 0),
    };
  }

  #count(service: KubernetesObject, by: 1 | -1): void {
    const { clusterIP, nodePorts } = heldBy(service);
    if (clusterIP !== '' && clusterIP !== 'None') add(this.#addresses, clusterIP, by);
    for (const port of nodePorts) add(this.#ports, port, by);
  }
}

function add<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
