import { digestJson, type KubernetesObject } from '@capstan/object';
import type { ReadSet, RemoteRead } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import type { Manifests, RenderedObject, SourceType } from './manifests.ts';

/** Makes the result of a render out of its objects. */
export function manifestsOf(
  objects: readonly RenderedObject[],
  sourceType: SourceType,
  reads: ReadSet,
  remotes: readonly RemoteRead[] = [],
): Manifests {
  const values = objects.map(({ object }) => object);
  return {
    objects,
    sourceType,
    digest: `sha256:${digestJson(values)}`,
    text: stringifyAll(values),
    reads,
    remotes,
    readSecret: values.some(isSecret),
  };
}

function isSecret(object: KubernetesObject): boolean {
  return object.kind === 'Secret' && object.apiVersion === 'v1';
}
