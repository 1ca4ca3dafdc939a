import type { Discovery, KindSchema } from '@capstan/kube';
import {
  getPath,
  isJsonObject,
  mergeMetadataFromOpenApi,
  type GroupVersionKind,
  type JsonObject,
  type MergeMetadata,
} from '@capstan/object';
import { fromOpenApi, type TypesByKind } from '@capstan/object/merge';

/** How objects of a kind are merged and patched, from the cluster's own OpenAPI. */
export interface KindRules {
  readonly namespaced: boolean;
  readonly hasStatus: boolean;
  /** How a strategic merge patch merges its lists; undefined for custom resources, which take JSON merge patches. */
  readonly merge: MergeMetadata | undefined;
  /** Types for the structured merge; undefined where the cluster publishes no schema. */
  readonly types: TypesByKind | undefined;
  /** The schema itself; undefined where the cluster publishes none. */
  readonly schema?: KindSchema | undefined;
}

interface Parsed {
  readonly hash: string;
  readonly types: TypesByKind;
}

/** Reads rules per kind and keeps what it parsed until the document's hash changes. */
export class RuleBook {
  readonly #discovery: Discovery;
  readonly #types = new Map<string, Parsed>();
  readonly #rules = new Map<string, { readonly hash: string; readonly rules: KindRules }>();

  constructor(discovery: Discovery) {
    this.#discovery = discovery;
  }

  /** Throws KUBE_KIND_UNKNOWN where the cluster does not serve the kind. */
  async rulesFor(kind: GroupVersionKind, signal?: AbortSignal): Promise<KindRules> {
    const options = signal === undefined ? {} : { signal };
    const resource = await this.#discovery.resourceFor(kind, options);
    const found = await this.#discovery.schemaFor(kind, options);
    const key = `${kind.group}/${kind.version}/${kind.kind}`;
    const hash = found?.hash ?? '';
    const known = this.#rules.get(key);
    if (known !== undefined && known.hash === hash) return known.rules;
    const rules: KindRules = {
      namespaced: resource.namespaced,
      hasStatus: resource.subresources.includes('status'),
      merge:
        found !== undefined && takesStrategicPatches(found.document, kind)
          ? mergeMetadataFromOpenApi(found.document, kind)
          : undefined,
      types: found === undefined ? undefined : this.#typesOf(kind, hash, found.document),
      schema: found,
    };
    this.#rules.set(key, { hash, rules });
    return rules;
  }

  #typesOf(kind: GroupVersionKind, hash: string, document: JsonObject): TypesByKind {
    const key = `${kind.group}/${kind.version}`;
    const known = this.#types.get(key);
    if (known !== undefined && known.hash === hash) return known.types;
    const types = fromOpenApi(document);
    this.#types.set(key, { hash, types });
    return types;
  }
}

const STRATEGIC = 'application/strategic-merge-patch+json';

// Only compiled-in kinds take strategic merge patches; the document says so in the patch operation of each.
function takesStrategicPatches(document: JsonObject, kind: GroupVersionKind): boolean {
  const paths = document['paths'];
  for (const path of Object.values(isJsonObject(paths) ? paths : {})) {
    const of = getPath(path, 'patch', 'x-kubernetes-group-version-kind');
    if (
      getPath(of, 'group') !== kind.group ||
      getPath(of, 'version') !== kind.version ||
      getPath(of, 'kind') !== kind.kind
    )
      continue;
    if (isJsonObject(getPath(path, 'patch', 'requestBody', 'content', STRATEGIC))) return true;
  }
  return false;
}
