import { eachField, type FieldSpec } from '../field-spec.ts';
import { withAnnotations } from '../internal-annotations.ts';
import { invalid } from '../problem.ts';
import { formatId, isSelected, type Gvk } from '../resource-id.ts';
import type { ResourceMap } from '../resource-map.ts';
import { putPlain } from '../put-plain.ts';
import { scalarText } from '../value.ts';

const ANY = { group: '', version: '' };
/** Kinds of which the name means something elsewhere, so that it never gets a prefix or suffix. */
const FIXED: readonly Gvk[] = [
  { ...ANY, kind: 'CustomResourceDefinition' },
  { ...ANY, group: 'apiregistration.k8s.io', kind: 'APIService' },
  { ...ANY, kind: 'Namespace' },
];

/** Adds `text` before or after the fields that `specs` name. */
export function addAffix(map: ResourceMap, side: 'prefix' | 'suffix', text: string, specs: readonly FieldSpec[]): void {
  for (const resource of map.list) {
    const original = resource.originalId;
    if (FIXED.some((fixed) => isSelected(original, fixed))) continue;
    for (const spec of specs) {
      if (!isSelected(original, spec)) continue;
      if (spec.path === 'metadata/name' && text !== '') {
        (side === 'prefix' ? resource.prefixes : resource.suffixes).push(text);
        resource.rememberId();
      }
      withAnnotations([resource], [spec], () => {
        eachField(resource.object, spec, 'scalar', (slot) => {
          const value = slot.text?.() ?? scalarText(slot.get());
          if (value === undefined)
            throw invalid(`${formatId(resource.id)}: the ${side} is for '${spec.path}', which holds no scalar`);
          putPlain(slot, side === 'prefix' ? text + value : value + text);
        });
      });
    }
  }
}
