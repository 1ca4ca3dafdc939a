import { invalid } from './problem.ts';
import { branch, type Branch, type SopsValue } from './sops-tree.ts';

const SEPARATOR = /__(map|list)_/g;

type Step = { readonly in: 'map'; readonly key: string } | { readonly in: 'list'; readonly at: number };

interface Place {
  value?: SopsValue;
  readonly keys: Map<string, Place>;
  readonly positions: Map<number, Place>;
}

/** Metadata that formats without structure hold in flat keys: `age__list_0__map_enc`. Throws DECRYPT_INVALID. */
export function unflatten({ items }: Branch): Branch {
  const root = newPlace();
  for (const { key, value } of items) {
    if (typeof key !== 'string') continue;
    const place = stepsOf(key).reduce(placeAt, root);
    if (place.value !== undefined) throw invalid(`Error while unflattening ${JSON.stringify(key)}: Duplicate value`);
    place.value = value;
  }
  const result = collected(root);
  if (typeof result === 'object' && result !== null && result.kind === 'branch') return result;
  throw invalid('Error while unflattening: the metadata is no mapping');
}

function newPlace(): Place {
  return { keys: new Map(), positions: new Map() };
}

function stepsOf(key: string): readonly Step[] {
  const steps: Step[] = [];
  let kind = 'map';
  let from = 0;
  const add = (to: number): void => {
    const text = key.slice(from, to);
    steps.push(
      kind === 'map' ? { in: 'map', key: text } : { in: 'list', at: /^[0-9]{1,9}$/.test(text) ? Number(text) : 0 },
    );
  };
  for (const match of key.matchAll(SEPARATOR)) {
    add(match.index);
    kind = match[1] ?? 'map';
    from = match.index + match[0].length;
  }
  add(key.length);
  return steps;
}

function placeAt(place: Place, step: Step): Place {
  const known = step.in === 'map' ? place.keys.get(step.key) : place.positions.get(step.at);
  if (known !== undefined) return known;
  const fresh = newPlace();
  if (step.in === 'map') place.keys.set(step.key, fresh);
  else place.positions.set(step.at, fresh);
  return fresh;
}

function collected(place: Place): SopsValue {
  const kinds = [place.value !== undefined, place.keys.size > 0, place.positions.size > 0].filter(Boolean).length;
  if (kinds > 1) throw invalid('Error while unflattening: Type mismatch');
  if (place.value !== undefined) return place.value;
  if (place.positions.size === 0)
    return branch(
      [...place.keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => ({ key, value: collected(inner) })),
    );
  const items: SopsValue[] = [];
  for (let at = 0; at < place.positions.size; at++) {
    const inner = place.positions.get(at);
    if (inner === undefined) throw invalid('Error while unflattening: Incomplete list');
    items.push(collected(inner));
  }
  return { kind: 'list', items };
}
