import { digestJson, refKey, type KubernetesObject, type ObjectRef } from '@capstan/object';
import { comparable } from '@capstan/diff';

/** How many objects' answers are kept. */
const MAX_OBJECTS = 100_000;

interface Answer {
  readonly desired: string;
  readonly live: string;
}

/**
 * What the server has shown to be no difference: a desired object, and the live object that it answered for it. Defaults,
 * canonical forms and what webhooks change are then no drift (DESIGN, keystone 5). Kept in memory: a restart asks again.
 */
export class Confirmations {
  readonly #answers = new Map<string, Answer>();

  /** Whether this desired object has been shown to lead to this live object. */
  holds(ref: ObjectRef, desired: KubernetesObject, live: KubernetesObject): boolean {
    const answer = this.#answers.get(refKey(ref));
    if (answer === undefined) return false;
    return answer.live === digestJson(comparable(live)) && answer.desired === digestJson(desired);
  }

  /** The server answered `live` when `desired` was applied, or tried. */
  learn(ref: ObjectRef, desired: KubernetesObject, live: KubernetesObject): void {
    const key = refKey(ref);
    this.#answers.delete(key);
    this.#answers.set(key, { desired: digestJson(desired), live: digestJson(comparable(live)) });
    if (this.#answers.size <= MAX_OBJECTS) return;
    const [oldest] = this.#answers.keys();
    if (oldest !== undefined) this.#answers.delete(oldest);
  }

  forget(ref: ObjectRef): void {
    this.#answers.delete(refKey(ref));
  }
}
