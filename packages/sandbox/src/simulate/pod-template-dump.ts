import { isJsonObject, type JsonValue } from '@capstan/object';

/** The text that a template's hash is made of. */
export function dumpPodTemplate(template: JsonValue): string {
  if (Array.isArray(template)) return `[${(template as readonly JsonValue[]).map(dumpPodTemplate).join(' ')}]`;
  if (!isJsonObject(template)) return JSON.stringify(template);
  return `{${Object.keys(template)
    .sort()
    .map((key) => `${key}:${dumpPodTemplate(template[key] ?? null)}`)
    .join(' ')}}`;
}
