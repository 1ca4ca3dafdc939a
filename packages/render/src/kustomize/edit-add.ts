import { getKey, isJsonObject, setKey, type JsonObject, type JsonValue } from '@capstan/object';
import { invalid } from './problem.ts';

type Fields = Readonly<Record<string, JsonValue>>;

/** The fields of a kustomization that change when labels are added to it as `kustomize edit add label` adds them. */
export function addLabels(own: JsonObject, asked: JsonObject): Fields {
  const flag = (name: string): boolean => getKey(asked, name) === true;
  const pairs = mappingOf(getKey(asked, 'pairs'));
  const includeTemplates = flag('includeTemplates');
  if (!flag('withoutSelector')) {
    if (includeTemplates) throw invalid('labels can be put into templates only where they are put into no selectors');
    return { commonLabels: added('label', getKey(own, 'commonLabels'), pairs, flag('force')) };
  }
  const labels = listOf(getKey(own, 'labels'));
  const at = labels.findIndex(
    (entry) =>
      isJsonObject(entry) &&
      getKey(entry, 'includeSelectors') !== true &&
      (getKey(entry, 'includeTemplates') === true) === includeTemplates,
  );
  const found = labels[at];
  if (!isJsonObject(found))
    return {
      labels: [...labels, { pairs, includeSelectors: false, ...(includeTemplates ? { includeTemplates } : {}) }],
    };
  const extended = { ...found, pairs: added('label', getKey(found, 'pairs'), pairs, flag('force')) };
  return { labels: labels.map((entry, index) => (index === at ? extended : entry)) };
}

/** The fields that change when annotations are added as `kustomize edit add annotation` adds them. */
export function addAnnotations(own: JsonObject, asked: JsonObject): Fields {
  const pairs = mappingOf(getKey(asked, 'pairs'));
  const annotations = added('annotation', getKey(own, 'commonAnnotations'), pairs, getKey(asked, 'force') === true);
  return { commonAnnotations: annotations };
}

function added(kind: string, own: JsonValue | undefined, pairs: JsonObject, force: boolean): JsonObject {
  const result: Record<string, JsonValue> = { ...mappingOf(own) };
  for (const [key, value] of Object.entries(pairs)) {
    if (!force && Object.hasOwn(result, key))
      throw invalid(`${kind} ${key} already in kustomization file; force it to override`, { field: key });
    setKey(result, key, value);
  }
  return result;
}

function mappingOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}
