import { comparable } from '@capstan/diff';
import { getPath, refKey, type JsonValue, type KubernetesObject, type ObjectRef } from '@capstan/object';
import { valueDigest } from './digest.ts';

/** How many objects' answers are kept. */
const MAX_OBJECTS = 100_000;

interface Answer {
  readonly desired: string;
  readonly live: string;
  /** UID and resourceVersion of the live object that was looked at last: it need not be digested again. */
  version: string;
}

/**
 * What the server has shown to be no difference: a desired object, and the live object that it answered for it. Defaults,
 * canonical forms and what webhooks change are then no drift (DESIGN, keystone 5). Kept in memory: a restart asks again.
 */
export class Confirmations {
  readonly #answers = new Map<string, Answer>();
  readonly #unchanged = new Map<string, string>();

  /** Whether this desired object has been shown to lead to this live object. */
  holds(ref: ObjectRef, desired: KubernetesObject, live: KubernetesObject): boolean {
    const answer = this.#answers.get(refKey(ref));
    if (answer === undefined) return false;
    const version = versionOf(live);
    if (answer.version !== version) {
      if (answer.live !== valueDigest(comparable(live))) return false;
      answer.version = version;
    }
    return answer.desired === valueDigest(desired);
  }

  /** The server answered `live` when `desired` was applied, or tried. */
  learn(ref: ObjectRef, desired: KubernetesObject, live: KubernetesObject): void {
    const answer = { desired: valueDigest(desired), live: valueDigest(comparable(live)), version: versionOf(live) };
    put(this.#answers, refKey(ref), answer);
  }

  /** Whether an apply of `desired` has been predicted to change nothing of `live`, as far as an apply can see it. */
  isPredicted(ref: ObjectRef, desired: KubernetesObject, live: KubernetesObject, rules: JsonValue): boolean {
    const known = this.#unchanged.get(refKey(ref));
    return known !== undefined && known === pairDigest(desired, live, rules);
  }

  /** An apply of `desired` was predicted to change nothing of `live`, by these rules. */
  predicted(ref: ObjectRef, desired: KubernetesObject, live: KubernetesObject, rules: JsonValue): void {
    put(this.#unchanged, refKey(ref), pairDigest(desired, live, rules));
  }

  forget(ref: ObjectRef): void {
    this.#answers.delete(refKey(ref));
    this.#unchanged.delete(refKey(ref));
  }
}

function put<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_OBJECTS) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

function versionOf({ metadata }: KubernetesObject): string {
  const { uid, resourceVersion } = metadata;
  return typeof uid === 'string' && typeof resourceVersion === 'string' ? `${uid} ${resourceVersion}` : '';
}

/** What an apply looks at: all but status, and who owns which fields, but for those of the status and their times. */
function pairDigest(desired: KubernetesObject, live: KubernetesObject, rules: JsonValue): string {
  const fields = live.metadata['managedFields'];
  const owners = Array.isArray(fields) ? (fields as readonly JsonValue[]).filter(isOfObject).map(ownerOf) : [];
  return valueDigest([desired, comparable(live), owners, rules]);
}

function ownerOf(entry: JsonValue): JsonValue {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
  const { time: _time, ...rest } = entry as Readonly<Record<string, JsonValue>>;
  return rest;
}

function isOfObject(entry: JsonValue): boolean {
  return getPath(entry, 'subresource') !== 'status';
}
