import { CapstanError } from '@capstan/errors';
import { formatRef, refOf, type KubernetesObject } from '@capstan/object';
import type { z } from 'zod';

/** What views have made of objects that do not change: many look at the same source. */
const kept = new WeakMap<z.ZodType, WeakMap<KubernetesObject, unknown>>();

/** Reads a resource through its view. Throws SPEC_INVALID with the field that does not fit. */
export function viewOf<View extends z.ZodType>(view: View, object: KubernetesObject): z.output<View> {
  const known = kept.get(view)?.get(object);
  // What is kept under a view is what that view has made.
  if (known !== undefined) return known as z.output<View>;
  const read = view.safeParse(object);
  if (read.success) {
    // The cache's objects are frozen; others may be changed yet.
    if (Object.isFrozen(object)) keep(view, object, read.data);
    return read.data;
  }
  const [issue] = read.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new CapstanError(
    'SPEC_INVALID',
    `${formatRef(refOf(object))}: ${field}: ${issue?.message ?? 'does not fit its schema'}`,
    { data: { field } },
  );
}

function keep(view: z.ZodType, object: KubernetesObject, made: unknown): void {
  const ofView = kept.get(view) ?? new WeakMap<KubernetesObject, unknown>();
  ofView.set(object, made);
  kept.set(view, ofView);
}

/** The generation of a resource; 0 where it has none. */
export function generationOf(object: KubernetesObject): number {
  const generation = object.metadata['generation'];
  return typeof generation === 'number' ? generation : 0;
}

/** An annotation of a resource. */
export function annotationOf(object: KubernetesObject, key: string): string | undefined {
  const annotations = object.metadata['annotations'];
  if (typeof annotations !== 'object' || annotations === null || Array.isArray(annotations)) return undefined;
  const value: unknown = Object.hasOwn(annotations, key) ? Reflect.get(annotations, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Whether a resource is being deleted. */
export function isDeleting(object: KubernetesObject): boolean {
  return typeof object.metadata['deletionTimestamp'] === 'string';
}
