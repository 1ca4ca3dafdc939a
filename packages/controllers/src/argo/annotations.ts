import { getPath, type KubernetesObject } from '@capstan/object';

/** An annotation of an object, as text. */
export function annotation(object: KubernetesObject, key: string): string | undefined {
  const value = getPath(object.metadata, 'annotations', key);
  return typeof value === 'string' ? value : undefined;
}

/** The comma-separated values of an annotation, trimmed, each once; none where the object is absent. */
export function annotationValues(object: KubernetesObject | undefined, key: string): readonly string[] {
  if (object === undefined) return [];
  const values = (annotation(object, key) ?? '').split(',').map((value) => value.trim());
  return [...new Set(values.filter((value) => value !== ''))];
}

/** Whether an annotation's comma-separated values hold `value`. */
export function hasAnnotationValue(object: KubernetesObject | undefined, key: string, value: string): boolean {
  return annotationValues(object, key).includes(value);
}

/** The value of `name=value` among an annotation's comma-separated values. */
export function annotationOption(object: KubernetesObject | undefined, key: string, name: string): string | undefined {
  const prefix = `${name}=`;
  return annotationValues(object, key)
    .find((value) => value.startsWith(prefix))
    ?.slice(prefix.length);
}

/** The finalizers of an object. */
export function finalizers(object: KubernetesObject): readonly string[] {
  const list = object.metadata['finalizers'];
  return Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === 'string') : [];
}
