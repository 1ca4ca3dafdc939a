import type { JsonObject, JsonValue } from '@capstan/object';
import type { StoredObject } from './stored-object.ts';

/** What a value's parts weigh beside its text, in bytes: measured roughly, for the limit only. */
const PART_BYTES = 24;

/** Objects that came or were read a moment ago, as they are: most are read or replaced again before long. */
export interface HotObjects {
  /** Keeps an object; it goes to `cool` when it has been the one used least recently for too long. */
  put(stored: StoredObject, object: JsonObject, cool: (stored: StoredObject) => void): void;
  /** Notes that an object was used. */
  touch(stored: StoredObject): void;
  /** Forgets an object without cooling it. */
  remove(stored: StoredObject): void;
  /** About how many bytes they are. */
  readonly bytes: number;
}

interface Kept {
  readonly bytes: number;
  readonly cool: (stored: StoredObject) => void;
}

/** Makes an empty set with room for about so many bytes. What does not fit is cooled at once. */
export function hotObjects(limit: number): HotObjects {
  // Insertion order is order of use.
  const kept = new Map<StoredObject, Kept>();
  let total = 0;
  const remove = (stored: StoredObject): Kept | undefined => {
    const found = kept.get(stored);
    if (found === undefined) return undefined;
    kept.delete(stored);
    total -= found.bytes;
    return found;
  };
  const coolBeyond = (most: number): void => {
    for (const [stored] of kept) {
      if (total <= most) return;
      remove(stored)?.cool(stored);
    }
  };
  return {
    put: (stored, object, cool) => {
      remove(stored);
      const bytes = weightOf(object);
      kept.set(stored, { bytes, cool });
      total += bytes;
      coolBeyond(limit);
    },
    touch: (stored) => {
      const found = kept.get(stored);
      if (found === undefined) return;
      kept.delete(stored);
      kept.set(stored, found);
    },
    remove: (stored) => void remove(stored),
    get bytes() {
      return total;
    },
  };
}

function weightOf(value: JsonValue): number {
  if (typeof value === 'string') return PART_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return PART_BYTES;
  let bytes = PART_BYTES;
  if (Array.isArray(value)) {
    for (const child of value as readonly JsonValue[]) bytes += weightOf(child);
    return bytes;
  }
  for (const child of Object.values(value as JsonObject)) bytes += weightOf(child);
  return bytes;
}
