import { CapstanError } from '@capstan/errors';
import type { JsonObject } from '@capstan/object';
import { stringify, stringifyAll } from '@capstan/yaml';
import { effectiveNamespace, type ResourceId } from './resource-id.ts';

/** Objects as the text that `kustomize build` prints: keys sorted, `---` between them. */
export function stringifyManifests(objects: readonly JsonObject[]): string {
  return stringifyAll(objects);
}

/** A file of `kustomize build -o FOLDER`: one object, under the name that kustomize gives it. */
export interface ManifestFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Resources as the files that `kustomize build -o FOLDER` writes: group, version, kind and name, with the namespace before
 * them where there are several. Of two with one name the later counts, as there. Throws RENDER_INVALID for a name that no
 * file can have.
 */
export function manifestFiles(
  resources: readonly { readonly id: ResourceId; readonly object: JsonObject }[],
): readonly ManifestFile[] {
  const namespaces = new Set(resources.filter(({ id }) => !id.clusterScoped).map(({ id }) => effectiveNamespace(id)));
  const files = new Map<string, string>();
  for (const { id, object } of resources) {
    const name = fileName(id, namespaces.size > 1);
    if (/[/\0]/.test(name))
      throw new CapstanError('RENDER_INVALID', `${id.kind} ${id.name} has a name that no file can have`, {
        data: { name },
      });
    files.set(name, stringify(object));
  }
  return [...files].map(([name, text]) => ({ name, text }));
}

function fileName(id: ResourceId, withNamespace: boolean): string {
  const gvk = [id.group, id.version, id.kind].filter((part) => part !== '').join('_');
  const namespace = withNamespace && !id.clusterScoped ? `${effectiveNamespace(id)}_` : '';
  return `${namespace}${gvk}_${id.name}.yaml`.toLowerCase();
}
