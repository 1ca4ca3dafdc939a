import { isJsonObject, setKey, type KubernetesObject } from '@capstan/object';

/** The texts of a ConfigMap's `data`. */
export function configMapData(configMap: KubernetesObject): Readonly<Record<string, string>> {
  const { data } = configMap;
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(isJsonObject(data) ? data : {}))
    if (typeof value === 'string') setKey(texts, key, value);
  return texts;
}
