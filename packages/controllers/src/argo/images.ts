import { getPath, gvkOf, isJsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';

const templatePaths: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', ['spec']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
]);
const workloadGroups = new Set(['', 'apps', 'batch', 'extensions', 'argoproj.io']);

/** The images of a workload's containers, init containers first, each once; none where the object runs nothing. */
export function imagesOf(object: KubernetesObject): readonly string[] {
  if (!workloadGroups.has(gvkOf(object).group)) return [];
  const path = templatePaths.get(object.kind) ?? ['spec', 'template', 'spec'];
  const pod = getPath(object, ...path);
  if (!isJsonObject(pod)) return [];
  return [...new Set(['initContainers', 'containers'].flatMap((list) => containerImages(getPath(pod, list))))];
}

function containerImages(list: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly JsonValue[]).flatMap((container) => {
    const image = getPath(container, 'image');
    return typeof image === 'string' ? [image] : [];
  });
}
