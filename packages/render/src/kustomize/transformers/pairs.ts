import { eachField, type FieldSpec } from '../field-spec.ts';
import { withAnnotations } from '../internal-annotations.ts';
import { invalid } from '../problem.ts';
import { noteQuotes } from '../put-string.ts';
import type { ResourceMap } from '../resource-map.ts';
import { noteNewKey } from '../unprintable.ts';
import { field, holdTogether, isMapping, setField, sortedKeys, type Mapping } from '../value.ts';

/** Sets labels or annotations in every mapping that `specs` name. */
export function setPairs(map: ResourceMap, pairs: Readonly<Record<string, string>>, specs: readonly FieldSpec[]): void {
  const found = specs.filter(({ create }) => !create);
  withAnnotations(map.list, found, () => {
    for (const { object } of map.list)
      for (const key of sortedKeys(pairs)) setPair(object, key, pairs[key] ?? '', specs);
  });
}

function setPair(object: Mapping, key: string, value: string, specs: readonly FieldSpec[]): void {
  const added: Mapping[] = [];
  for (const spec of specs) {
    eachField(object, spec, 'mapping', (slot) => {
      const target = slot.get();
      // What is written as null stays so where the field is not made: upstream hangs the pairs below a null, unseen.
      if (target === null) return;
      if (!isMapping(target)) throw invalid(`field '${spec.path}' must be a mapping to hold '${key}'`);
      if (field(target, key) === undefined) {
        added.push(target);
        noteNewKey(target, key);
      }
      setField(target, key, value);
    });
  }
  holdTogether(added, key);
  for (const target of added) noteQuotes(target, key, value);
}
