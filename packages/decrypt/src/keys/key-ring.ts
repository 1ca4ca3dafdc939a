import { createHash } from 'node:crypto';
import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import type { MasterKey, Metadata } from '../metadata.ts';
import { combineParts } from '../shamir.ts';
import { openAge, type AgeIdentities } from './age.ts';
import { noKeyServices, serviceKeyName, type KeyServices } from './key-services.ts';
import { openPgp, type PgpKeys } from './pgp.ts';

/** Data keys that are kept opened. */
const MAX_OPENED = 2000;

/** SOPS tries these first; all others in the order of the file. */
const order: readonly MasterKey['type'][] = ['age', 'pgp'];

/** The keys at hand, and the data keys that they have opened so far: in memory only, for as long as the ring is held. */
export class KeyRing {
  readonly #age: AgeIdentities;
  readonly #pgp: PgpKeys;
  readonly #services: KeyServices;
  readonly #opened = new Map<string, Uint8Array>();

  constructor(keys: { readonly age?: AgeIdentities; readonly pgp?: PgpKeys; readonly services?: KeyServices }) {
    this.#age = keys.age ?? [];
    this.#pgp = keys.pgp ?? [];
    this.#services = keys.services ?? noKeyServices;
  }

  /** The data key of a file. Throws DECRYPT_NO_KEY with what each key said. */
  async dataKey(
    { groups, threshold }: Pick<Metadata, 'groups' | 'threshold'>,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    const failures: string[] = [];
    for (const [index, group] of groups.entries()) {
      try {
        parts.push(await this.#openGroup(group, signal));
      } catch (error) {
        if (!isCapstanError(error)) throw error;
        failures.push(`group ${index}: ${messageOf(error)}`);
      }
    }
    const needed = groups.length > 1 ? Math.max(threshold, 1) : 1;
    const [first] = parts;
    if (first === undefined || parts.length < needed)
      throw new CapstanError(
        'DECRYPT_NO_KEY',
        `Error getting data key: ${threshold} successful groups required, got ${parts.length} (${failures.join('; ')})`,
      );
    return groups.length > 1 ? combineParts(parts) : first;
  }

  async #openGroup(group: readonly MasterKey[], signal: AbortSignal | undefined): Promise<Uint8Array> {
    const rank = ({ type }: MasterKey): number => (order.includes(type) ? order.indexOf(type) : order.length);
    const failures: string[] = [];
    for (const key of [...group].sort((a, b) => rank(a) - rank(b))) {
      try {
        return await this.#open(key, signal);
      } catch (error) {
        if (!isCapstanError(error)) throw error;
        signal?.throwIfAborted();
        failures.push(`${nameOf(key)}: ${messageOf(error)}`);
      }
    }
    throw new CapstanError('DECRYPT_NO_KEY', failures.join(', ') || 'it has no keys');
  }

  async #open(key: MasterKey, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const known = createHash('sha256').update(`${key.type} ${key.enc}`).digest('hex');
    const before = this.#opened.get(known);
    if (before !== undefined) return before;
    const opened = await this.#use(key, signal);
    if (this.#opened.size >= MAX_OPENED) this.#opened.clear();
    this.#opened.set(known, opened);
    return opened;
  }

  #use(key: MasterKey, signal: AbortSignal | undefined): Promise<Uint8Array> {
    switch (key.type) {
      case 'age':
        return openAge(key.enc, this.#age);
      case 'pgp':
        return openPgp(key.enc, this.#pgp);
      default:
        return this.#services(key, signal);
    }
  }
}

function nameOf(key: MasterKey): string {
  switch (key.type) {
    case 'age':
      return key.recipient;
    case 'pgp':
      return key.fingerprint;
    default:
      return serviceKeyName(key);
  }
}
