import {
  getKey,
  getPath,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import type { FieldError } from '../registry/api-status-error.ts';
import { metaText } from '../registry/metadata.ts';

/** What is wrong with a CRD: its name, its versions, their schemas, and what may not change of it. */
export function definitionErrors(object: KubernetesObject, old: KubernetesObject | undefined): readonly FieldError[] {
  const versions = versionsOf(object);
  return [
    ...nameErrors(object),
    ...versions.flatMap((version, index) => schemaErrors(version, `spec.versions[${index}].schema.openAPIV3Schema`)),
    ...versionErrors(versions, getPath(object, 'status', 'storedVersions')),
    ...(old === undefined ? [] : changeErrors(object, old)),
  ];
}

function nameErrors(object: KubernetesObject): readonly FieldError[] {
  const name = metaText(object, 'name');
  const wanted = `${textAt(object, 'spec', 'names', 'plural')}.${textAt(object, 'spec', 'group')}`;
  return name === wanted
    ? []
    : [invalid('metadata.name', JSON.stringify(name), 'must be spec.names.plural+"."+spec.group')];
}

function schemaErrors(version: JsonObject, field: string): readonly FieldError[] {
  const schema = getPath(version, 'schema', 'openAPIV3Schema');
  if (!isJsonObject(schema)) return [{ reason: 'FieldValueRequired', field, message: 'Required value' }];
  if (getKey(schema, 'type') === 'object') return [];
  if (getKey(schema, 'type') === undefined) {
    const message = 'Required value: must not be empty at the root';
    return [{ reason: 'FieldValueRequired', field: `${field}.type`, message }];
  }
  return [invalid(`${field}.type`, JSON.stringify(getKey(schema, 'type')), 'must be object at the root')];
}

function versionErrors(versions: readonly JsonObject[], stored: JsonValue | undefined): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = versions.map((version) => textAt(version, 'name'));
  if (versions.filter((version) => getKey(version, 'storage') === true).length !== 1) {
    errors.push(
      invalid('spec.versions', goVersions(versions), 'must have exactly one version marked as storage version'),
    );
    if (stored === undefined || stored === null || (Array.isArray(stored) && stored.length === 0)) {
      errors.push(invalid('status.storedVersions', 'null', 'must have at least one stored version'));
    }
  }
  if (new Set(names).size !== names.length) {
    errors.push(invalid('spec.versions', goVersions(versions), 'must contain unique version names'));
  }
  for (const [index, version] of (Array.isArray(stored) ? (stored as JsonArray) : []).entries()) {
    if (typeof version === 'string' && !names.includes(version)) {
      const why = `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`;
      errors.push(invalid(`status.storedVersions[${index}]`, JSON.stringify(version), why));
    }
  }
  return errors;
}

function changeErrors(object: KubernetesObject, old: KubernetesObject): readonly FieldError[] {
  return [
    ['spec', 'group'],
    ['spec', 'scope'],
    ['spec', 'names', 'kind'],
    ['spec', 'names', 'plural'],
  ].flatMap((path) => {
    const now = textAt(object, ...path);
    return now === textAt(old, ...path) ? [] : [invalid(path.join('.'), JSON.stringify(now), 'field is immutable')];
  });
}

/** The versions as Go prints them when it shows the whole list. */
function goVersions(versions: readonly JsonObject[]): string {
  return JSON.stringify(
    versions.map((version) => ({
      Name: getKey(version, 'name') ?? '',
      Served: getKey(version, 'served') ?? false,
      Storage: getKey(version, 'storage') ?? false,
      Deprecated: getKey(version, 'deprecated') ?? false,
      DeprecationWarning: null,
      Schema: null,
      Subresources: null,
      AdditionalPrinterColumns: null,
      SelectableFields: null,
    })),
  );
}

function invalid(field: string, value: string, why: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${value}: ${why}` };
}

function versionsOf(object: KubernetesObject): readonly JsonObject[] {
  const versions = getPath(object, 'spec', 'versions');
  return Array.isArray(versions) ? (versions as JsonArray).filter(isJsonObject) : [];
}

function textAt(value: JsonValue, ...path: readonly string[]): string {
  const found = getPath(value, ...path);
  return typeof found === 'string' ? found : '';
}
