import { isJsonObject } from '@capstan/object';
import type { Source } from './application.ts';

/**
 * A source without what says nothing: options that are off or empty, and sections in which none is left. Argo CD's own
 * types print it so, and its controller compares it so (`NormalizeSource` of util/argo/argo.go).
 */
export function normalSource<Given extends Source>(source: Given): Given {
  const { helm, kustomize, directory, plugin, ...rest } = source;
  const sections = Object.entries({ helm, kustomize, directory, plugin }).flatMap(([name, section]) => {
    if (section === undefined) return [];
    const said = Object.entries(section).filter(([key, value]) => key === 'valuesObject' || !saysNothing(value));
    return said.length === 0 ? [] : [[name, Object.fromEntries(said)] as const];
  });
  return { ...rest, ...Object.fromEntries(sections) } as Given;
}

function saysNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.values(value).every(saysNothing);
}
