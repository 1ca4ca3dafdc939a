import { messageOf } from '@capstan/errors';
import { digestJson } from '@capstan/object';
import { readPgpKeyring, type PgpKeyring } from '@capstan/source';
import type { Cluster } from '../../runtime/cluster.ts';
import type { Engine } from '../../runtime/engine.ts';
import type { FollowedObjects } from '../../runtime/followed-objects.ts';
import { configMapData } from '../settings/config-map-data.ts';
import { followConfigMap } from '../settings/settings-store.ts';

const KEYS = 'argocd-gpg-keys-cm';

/** The keys that signatures are checked with, and a digest that changes with them. */
export interface Keyring {
  readonly digest: string;
  readonly keyrings: readonly PgpKeyring[];
}

/** Argo CD's keyring, a ConfigMap of the control namespace with an armored key an entry, followed in the cluster. */
export class SignatureKeys {
  readonly #map: FollowedObjects;
  readonly #log: Engine['log'];
  #read: Promise<Keyring> | undefined;
  #digest = '';

  constructor(
    engine: Pick<Engine, 'clock' | 'log'>,
    cluster: Pick<Cluster, 'client'>,
    where: { readonly namespace: string; readonly random: () => number },
    onChange: () => void,
  ) {
    this.#log = engine.log;
    this.#map = followConfigMap(engine, cluster, { ...where, name: KEYS }, onChange);
  }

  /** What is followed. */
  followed(): readonly FollowedObjects[] {
    return [this.#map];
  }

  /** The keyring as it is now. A key that cannot be read stands in the log, and verifies nothing. */
  async current(): Promise<Keyring> {
    await this.#map.ready;
    const object = this.#map.get(KEYS);
    const data = object === undefined ? {} : configMapData(object);
    const digest = digestJson(data);
    if (this.#read === undefined || digest !== this.#digest) {
      this.#digest = digest;
      this.#read = this.#parse(digest, data);
    }
    return this.#read;
  }

  async close(): Promise<void> {
    await this.#map.close();
  }

  async #parse(digest: string, data: Readonly<Record<string, string>>): Promise<Keyring> {
    const keyrings: PgpKeyring[] = [];
    for (const [name, armored] of Object.entries(data)) {
      try {
        keyrings.push(await readPgpKeyring(armored));
      } catch (error) {
        this.#log.warn({ configMap: KEYS, key: name, error: messageOf(error) }, 'a key could not be read');
      }
    }
    return { digest, keyrings };
  }
}
