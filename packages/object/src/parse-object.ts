import { CapstanError } from '@capstan/errors';
import { getKey, isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

/**
 * Takes a value for a Kubernetes object: apiVersion and kind are texts and not empty, metadata is a mapping, its name,
 * generateName and namespace are texts, its labels and annotations map texts to texts. Nothing else is checked.
 * Throws OBJECT_INVALID; `where` (a file, a document) stands first in its message.
 */
export function parseObject(value: JsonValue | undefined, where: string): KubernetesObject {
  if (!isJsonObject(value)) throw invalid(where, `is ${typeName(value)}, not a Kubernetes object`);
  const kind = requiredText(value, 'kind', where);
  const apiVersion = requiredText(value, 'apiVersion', where);
  const metadata = getKey(value, 'metadata');
  if (metadata === undefined || metadata === null) throw invalid(where, `${kind} has no metadata`);
  if (!isJsonObject(metadata)) throw invalid(where, `metadata of ${kind} is ${typeName(metadata)}, not a mapping`);
  for (const key of ['name', 'generateName', 'namespace']) {
    const text = getKey(metadata, key);
    if (text !== undefined && text !== null && typeof text !== 'string') {
      throw invalid(where, `metadata.${key} of ${kind} is ${typeName(text)}, not a text: put it in quotes`);
    }
  }
  const name = getKey(metadata, 'name');
  const what = typeof name === 'string' ? `${kind} ${name}` : kind;
  checkTexts(metadata, 'labels', what, where);
  checkTexts(metadata, 'annotations', what, where);
  return { ...value, apiVersion, kind, metadata };
}

function requiredText(object: JsonObject, key: string, where: string): string {
  const value = getKey(object, key);
  if (typeof value === 'string' && value !== '') return value;
  if (value === undefined || value === null || value === '') {
    throw invalid(where, `has no ${key}: a Kubernetes object needs apiVersion, kind and metadata`);
  }
  throw invalid(where, `${key} is ${typeName(value)}, not a text`);
}

function checkTexts(metadata: JsonObject, key: string, what: string, where: string): void {
  const texts = getKey(metadata, key);
  if (texts === undefined || texts === null) return;
  if (!isJsonObject(texts)) throw invalid(where, `metadata.${key} of ${what} is ${typeName(texts)}, not a mapping`);
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text === 'string' || text === null) continue;
    throw invalid(where, `metadata.${key}["${name}"] of ${what} is ${typeName(text)}, not a text: put it in quotes`);
  }
}

function typeName(value: JsonValue | undefined): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'boolean') return 'a boolean';
  return typeof value === 'string' ? 'a text' : 'a number';
}

function invalid(where: string, what: string): CapstanError<'OBJECT_INVALID'> {
  return new CapstanError('OBJECT_INVALID', `${where}: ${what}`, { data: { where } });
}
