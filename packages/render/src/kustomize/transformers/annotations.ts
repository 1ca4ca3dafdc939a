import type { FieldSpec } from '../field-spec.ts';
import { markAnnotations, takeMark } from '../internal-annotations.ts';
import type { ResourceMap } from '../resource-map.ts';
import { setPairs } from './pairs.ts';

/**
 * Sets annotations in every mapping that `specs` name. Of a resource of which kustomize keeps notes it finds annotations
 * where none are written, since its notes are among them.
 */
export function annotate(map: ResourceMap, pairs: Readonly<Record<string, string>>, specs: readonly FieldSpec[]): void {
  const marked = map.list.filter(markAnnotations);
  setPairs(map, pairs, specs);
  for (const resource of marked) takeMark(resource);
}
