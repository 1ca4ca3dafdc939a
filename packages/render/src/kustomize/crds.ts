import { getKey, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { fieldSpec, mergeFieldSpecs, type FieldSpec } from './field-spec.ts';
import { isTexts, problemOfSchema } from './schema-document.ts';
import { emptyConfig, type NameReference, type TransformerConfig } from './transformer-config.ts';

/**
 * What is wrong with the definitions of types; undefined for those that upstream reads. A CRD as it is applied to a
 * cluster is none.
 */
export function problemOfDefinitions(definitions: JsonObject): string | undefined {
  for (const [name, definition] of Object.entries(definitions)) {
    if (definition === null) continue;
    if (!isJsonObject(definition)) return `${name} is no definition of a type, with its 'Schema'`;
    const schema = problemOfSchema(fieldAt(definition, 'Schema') ?? null, `${name}.Schema`);
    if (schema !== undefined) return schema;
    const dependencies = fieldAt(definition, 'Dependencies') ?? [];
    if (!isTexts(dependencies)) return `${name}.Dependencies is no list of names`;
  }
  return undefined;
}

/** Levels of references between definitions that are followed. */
const MAX_DEPTH = 20;

interface Found {
  annotations: FieldSpec[];
  labels: FieldSpec[];
  names: FieldSpec[];
  readonly references: NameReference[];
}

/**
 * Field specs out of the definitions that `crds` names: an OpenAPI definition a type, with kustomize's extensions
 * `x-kubernetes-annotation`, `-label-selector`, `-identity` and `-object-ref-*`.
 */
export function configOfDefinitions(definitions: JsonObject): TransformerConfig {
  const found: Found = { annotations: [], labels: [], names: [], references: [] };
  for (const name of Object.keys(definitions)) {
    const properties = propertiesOf(definitions, name);
    if (!['kind', 'apiVersion', 'metadata'].every((key) => getKey(properties, key) !== undefined)) continue;
    collect(definitions, name, name.slice(name.lastIndexOf('.') + 1), [], found);
  }
  return {
    ...emptyConfig,
    commonAnnotations: mergeFieldSpecs([], found.annotations),
    commonLabels: mergeFieldSpecs([], found.labels),
    namePrefix: mergeFieldSpecs([], found.names),
    nameReference: found.references,
  };
}

function propertiesOf(definitions: JsonObject, name: string): JsonObject {
  const schema = objectAt(objectAt(definitions, name), 'Schema');
  return objectAt(schema, 'properties');
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = fieldAt(object, key);
  return isJsonObject(value) ? value : {};
}

// Go reads these names without regard to case.
function fieldAt(object: JsonObject, key: string): JsonValue | undefined {
  const name = Object.keys(object).find((known) => known.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : (getKey(object, key) ?? getKey(object, name));
}

function collect(definitions: JsonObject, name: string, kind: string, path: readonly string[], found: Found): void {
  if (path.length > MAX_DEPTH) return;
  const properties = propertiesOf(definitions, name);
  for (const key of Object.keys(properties)) {
    const property = objectAt(properties, key);
    const text = (extension: string) => {
      const value = getKey(property, `x-kubernetes-${extension}`);
      return typeof value === 'string' ? value : undefined;
    };
    const at = [...path, key];
    const spec = (...more: string[]) => fieldSpec([...at, ...more].join('/'), { kind });
    if (text('annotation') !== undefined) found.annotations.push(spec());
    if (text('label-selector') !== undefined) found.labels.push(spec());
    if (text('identity') !== undefined) found.names.push(spec());
    const version = text('object-ref-api-version');
    const target = text('object-ref-kind');
    if (version !== undefined && target !== undefined) {
      const referrers = [spec(text('object-ref-name-key') ?? 'name')];
      found.references.push({ group: '', version, kind: target, referrers });
    }
    const ref = getKey(property, '$ref');
    if (typeof ref === 'string') collect(definitions, ref, kind, at, found);
  }
}
