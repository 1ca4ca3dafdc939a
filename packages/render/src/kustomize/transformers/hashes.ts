import { encodeJson, sha256Hex } from '@capstan/object';
import { throughFloats } from '../json-floats.ts';
import { readAgain } from '../read-again.ts';
import type { ResourceMap } from '../resource-map.ts';
import type { Resource } from '../resource.ts';
import { field, isMapping, scalarText, thaw, type Mapping, type Value } from '../value.ts';

const LETTERS: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/** Appends the hash of their content to the names of generated resources that ask for it. */
export function addHashes(map: ResourceMap): void {
  for (const resource of map.list) {
    if (!resource.needsHash) continue;
    const hash = contentHash(resource);
    resource.rememberId();
    resource.setName(`${resource.name}-${hash}`);
  }
}

/** Kustomize's hash of a ConfigMap, Secret or other object: ten letters that spell no words. */
export function contentHash(resource: Resource): string {
  const text = hashedText(resource);
  return [...sha256Hex(text).slice(0, 10)].map((letter) => LETTERS[letter] ?? letter).join('');
}

/** The JSON of which the hash is taken. */
export function hashedText(resource: Resource): string {
  return encodeJson(throughFloats(hashed(resource)));
}

/** Kustomize prints what it hashes, and hashes what it reads from that. */
function asRead({ object, readsOtherwise }: Resource): Mapping {
  if (!readsOtherwise) return object;
  const copy = thaw(object);
  readAgain(copy);
  return copy;
}

/** Kustomize means to hash the name as well, but looks it up where it is not: the empty text goes in. */
function hashed(resource: Resource): Mapping {
  const { kind } = resource;
  const object = asRead(resource);
  const name = '';
  const part = (key: string): Value => {
    const value = field(object, key);
    return isMapping(value) ? value : (scalarText(value) ?? '');
  };
  const more = (key: string): Mapping => {
    const value = field(object, key);
    return isMapping(value) ? { [key]: value } : {};
  };
  if (kind === 'ConfigMap') return { kind, name, data: part('data'), ...more('binaryData') };
  if (kind === 'Secret') return { kind, type: part('type'), name, data: part('data'), ...more('stringData') };
  return object;
}
