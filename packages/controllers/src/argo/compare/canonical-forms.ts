import { valueDigest } from '../../runtime/digest.ts';
import type { ValueDifference } from '@capstan/diff';
import { comparable } from '@capstan/diff';
import {
  canonicalJson,
  isJsonObject,
  refKey,
  type JsonValue,
  type KubernetesObject,
  type ObjectRef,
} from '@capstan/object';

/** How many objects are remembered. */
const MAX_OBJECTS = 100_000;

interface Known {
  readonly desired: string;
  /** Differences that the server has shown to be none: another spelling of the same value. */
  readonly same: ReadonlySet<string>;
  /** The live state that a dry-run has shown to differ. */
  differs?: string;
}

/**
 * What the server made of desired values: `1000m` becomes `1`, an empty list goes. Learnt from what it answers to an
 * apply or a dry-run, so that the same difference is not taken for drift again, whatever else changes on the object
 * (DESIGN, keystone 5). Kept in memory: a restart asks again.
 */
export class CanonicalForms {
  readonly #known = new Map<string, Known>();

  /** Which of the differences are more than another spelling. */
  remaining(
    ref: ObjectRef,
    desired: KubernetesObject,
    differences: readonly ValueDifference[],
  ): readonly ValueDifference[] {
    const known = this.#of(ref, desired);
    return differences.filter((difference) => !isNothing(difference) && known?.same.has(keyOf(difference)) !== true);
  }

  /** The server answered an object to which the desired one still shows these differences: they are none. */
  learn(ref: ObjectRef, desired: KubernetesObject, differences: readonly ValueDifference[]): void {
    const same = new Set(differences.filter((difference) => difference.right !== undefined).map(keyOf));
    this.#put(ref, { desired: valueDigest(desired), same });
  }

  /** A dry-run has shown that this live object would change. */
  learnDifferent(ref: ObjectRef, desired: KubernetesObject, live: KubernetesObject): void {
    const known = this.#of(ref, desired);
    this.#put(ref, {
      desired: valueDigest(desired),
      same: known?.same ?? new Set(),
      differs: valueDigest(comparable(live)),
    });
  }

  /** Whether a dry-run has shown that this live object would change. */
  isKnownToDiffer(ref: ObjectRef, desired: KubernetesObject, live: KubernetesObject): boolean {
    const known = this.#of(ref, desired);
    return known?.differs !== undefined && known.differs === valueDigest(comparable(live));
  }

  #of(ref: ObjectRef, desired: KubernetesObject): Known | undefined {
    const known = this.#known.get(refKey(ref));
    return known !== undefined && known.desired === valueDigest(desired) ? known : undefined;
  }

  #put(ref: ObjectRef, known: Known): void {
    const key = refKey(ref);
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size <= MAX_OBJECTS) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

/** A field that is wanted but says nothing (null, empty, false, 0) and that the server does not keep. */
function isNothing({ left, right }: ValueDifference): boolean {
  return right === undefined && left !== undefined && saysNothing(left);
}

function saysNothing(value: JsonValue): boolean {
  if (value === null || value === false || value === 0 || value === '') return true;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).every(saysNothing);
  return isJsonObject(value) && Object.values(value).every(saysNothing);
}

function keyOf({ path, left, right }: ValueDifference): string {
  return canonicalJson([[...path], left ?? null, right ?? null]);
}
