import { isJsonObject } from '@capstan/object';
import { parseQuantity } from '../schema/index.ts';
import { child, children, type Draft } from './draft.ts';

/** The quality-of-service class that follows from a pod's cpu and memory. */
export function qosClassOf(spec: Draft): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...children(spec, 'containers'), ...children(spec, 'initContainers')];
  let any = false;
  let guaranteed = true;
  for (const container of containers) {
    const resources = child(container, 'resources');
    for (const name of ['cpu', 'memory']) {
      const request = amount(child(resources, 'requests'), name);
      const limit = amount(child(resources, 'limits'), name);
      if ((request ?? 0n) > 0n || (limit ?? 0n) > 0n) any = true;
      if (limit === undefined || limit === 0n || (request !== undefined && request !== limit)) guaranteed = false;
    }
  }
  return !any ? 'BestEffort' : guaranteed ? 'Guaranteed' : 'Burstable';
}

function amount(resources: Draft | undefined, name: string): bigint | undefined {
  if (!isJsonObject(resources) || !Object.hasOwn(resources, name)) return undefined;
  const value = resources[name];
  return typeof value === 'string' || typeof value === 'number' ? parseQuantity(String(value))?.nano : undefined;
}
