import { oddScalar } from '../odd-scalars.ts';
import { Raw, type Made, type MadeMapping } from '../yaml-text.ts';
import type { Random } from '../random.ts';

/** Turns what an object of the kind holds into a patch of one: fields left out, nulls, other values, directives. */
export function derivedPatch(random: Random, body: MadeMapping): MadeMapping {
  return patchOf(random, body, 0);
}

function patchOf(random: Random, body: MadeMapping, depth: number): MadeMapping {
  const made: Record<string, Made | undefined> = {};
  for (const [key, value] of Object.entries(body)) {
    if (value === undefined || random.chance(depth === 0 ? 0.1 : 0.3)) continue;
    made[key] = changed(random, value, depth + 1);
    if (isTextList(value) && random.chance(0.06)) made[`$deleteFromPrimitiveList/${key}`] = [random.pick(value)];
    if (Array.isArray(value) && random.slip(0.02)) made[`$setElementOrder/${key}`] = [];
  }
  if (depth > 0 && random.chance(0.03)) made['$patch'] = random.pick(['replace', 'delete', 'merge']);
  if (depth > 0 && random.slip(0.02)) made['$retainKeys'] = Object.keys(body).slice(0, 1);
  return made;
}

function changed(random: Random, value: Made, depth: number): Made {
  if (random.chance(0.04)) return null;
  if (random.slip(0.03)) return oddScalar(random);
  if (isList(value)) {
    const items = value.filter(() => random.chance(0.8)).map((item) => changed(random, item, depth + 1));
    if (random.chance(0.1) && value.length > 0) items.push(changed(random, random.pick(value), depth + 1));
    if (random.chance(0.03)) items.push({ $patch: random.pick(['replace', 'delete']) });
    return items;
  }
  if (isMapping(value)) return patchOf(random, value, depth);
  return random.chance(0.2) ? oddScalar(random) : value;
}

function isList(value: Made): value is readonly Made[] {
  return Array.isArray(value);
}

function isTextList(value: Made): value is readonly string[] {
  return isList(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}

function isMapping(value: Made): value is MadeMapping {
  return typeof value === 'object' && value !== null && !isList(value) && !(value instanceof Raw);
}
