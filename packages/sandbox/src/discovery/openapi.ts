import { createHash } from 'node:crypto';
import type { JsonObject } from '@capstan/object';
import { formatJson } from '../json.ts';
import { openApiDocument } from '../schema/index.ts';
import type { ResourceRegistry } from '../registry/resource-registry.ts';

/** OpenAPI v3 as it is served: an index with a digest for each group-version, and one document for each. */
export class OpenApi {
  readonly #registry: ResourceRegistry;
  readonly #texts = new Map<string, string>();
  readonly #customDocument: (group: string, version: string) => JsonObject | undefined;
  #generation = -1;

  constructor(registry: ResourceRegistry, customDocument: (group: string, version: string) => JsonObject | undefined) {
    this.#registry = registry;
    this.#customDocument = customDocument;
  }

  /** `/openapi/v3`. */
  index(): JsonObject {
    const paths: Record<string, JsonObject> = {};
    for (const group of this.#registry.groups()) {
      for (const { version } of group.versions) {
        const path = group.name === '' ? `api/${version}` : `apis/${group.name}/${version}`;
        const text = this.#text(group.name, version);
        if (text === undefined) continue;
        const hash = createHash('sha256').update(text).digest('hex').toUpperCase();
        paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
      }
    }
    return { paths };
  }

  /** The document behind `api/v1` or `apis/GROUP/VERSION`, as JSON text; undefined when there is none. */
  document(segments: readonly string[]): string | undefined {
    const [root, first, second] = segments;
    if (root === 'api' && first !== undefined) return this.#text('', first);
    if (root === 'apis' && first !== undefined && second !== undefined) return this.#text(first, second);
    return undefined;
  }

  #text(group: string, version: string): string | undefined {
    if (this.#generation !== this.#registry.generation) {
      this.#texts.clear();
      this.#generation = this.#registry.generation;
    }
    const key = `${group}/${version}`;
    const known = this.#texts.get(key);
    if (known !== undefined || !this.#registry.hasGroupVersion(group, version)) return known;
    const document = openApiDocument(group, version) ?? this.#customDocument(group, version);
    if (document === undefined) return undefined;
    const text = formatJson(document);
    this.#texts.set(key, text);
    return text;
  }
}
