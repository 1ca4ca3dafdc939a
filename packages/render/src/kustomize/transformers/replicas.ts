import { eachField, type FieldSpec } from '../field-spec.ts';
import { withAnnotations } from '../internal-annotations.ts';
import { invalid } from '../problem.ts';
import { isSelected, joinGvk } from '../resource-id.ts';
import { scalarText } from '../value.ts';
import type { ResourceMap } from '../resource-map.ts';

/** Sets the number of replicas of the resources called `name`, by any name they had. Throws RENDER_INVALID for none. */
export function setReplicas(map: ResourceMap, name: string, count: number | bigint, specs: readonly FieldSpec[]): void {
  let found = false;
  for (const spec of specs) {
    const resources = map.where((id) => id.name === name && isSelected(id, spec));
    found ||= resources.length > 0;
    withAnnotations(resources, [spec], () => {
      for (const { object } of resources)
        eachField(object, spec, 'scalar', (slot) => {
          if (scalarText(slot.get()) === undefined) throw invalid(`${name}: the field '${spec.path}' holds no scalar`);
          const isText = slot.styled?.() === true;
          slot.set(isText ? String(count) : count);
          slot.typed?.();
          // In quotes it is printed as a text, and yet nothing but a number may take its place.
          if (isText) slot.wroteTagged?.(String(count), String(count), '!!int');
        });
    });
  }
  if (found) return;
  const kinds = specs.map((spec) => joinGvk(spec) || 'any').join(' ');
  throw invalid(`resource with name ${name} does not match a config with the following GVK [${kinds}]`);
}
