import { getKey, isJsonObject, type JsonObject } from '@capstan/object';
import { decodeUtf8 } from './bytes.ts';
import type { BuildContext } from './build-context.ts';
import { readConfigFile } from './documents.ts';
import type { FieldSpec } from './field-spec.ts';
import type { WrittenFieldSpec } from './kustomization.ts';
import { configOfDefinitions } from './crds.ts';
import { invalid } from './problem.ts';
import { readShape, type Fields } from './shape.ts';
import { toFieldSpec } from './steps.ts';
import { readerOf, type Target } from './target.ts';
import { defaultConfig, emptyConfig, mergeConfigs, type TransformerConfig } from './transformer-config.ts';

const spec: Fields = { group: 'string', version: 'string', kind: 'string', path: 'string', create: 'boolean' };
const specs = { list: { fields: spec } } as const;
const fields: Fields = {
  namePrefix: specs,
  nameSuffix: specs,
  namespace: specs,
  commonLabels: specs,
  labels: specs,
  templateLabels: specs,
  commonAnnotations: specs,
  nameReference: {
    list: { fields: { group: 'string', version: 'string', kind: 'string', fieldSpecs: specs } },
  },
  varReference: specs,
  images: specs,
  replicas: specs,
};

/** The built-in field specs with those of the files that `configurations` names. */
export function loadConfigurations(context: BuildContext, target: Target): TransformerConfig {
  const { configurations, crds } = target.found.kustomization;
  const read = readerOf(context, target);
  let own = emptyConfig;
  for (const path of configurations) {
    own = mergeConfigs(own, readConfiguration(decodeUtf8(read(path)) ?? '', path));
  }
  let config = mergeConfigs(defaultConfig, own);
  for (const path of crds) {
    const value = readConfigFile(read(path), path);
    if (!isJsonObject(value)) {
      throw invalid(`unable to parse open API definition from '${path}': it is no mapping`, { path });
    }
    config = mergeConfigs(config, configOfDefinitions(value));
  }
  return config;
}

function readConfiguration(text: string, path: string): TransformerConfig {
  const value = readShape(readConfigFile(text, path) ?? {}, fields, path);
  const list = (name: string): FieldSpec[] =>
    asObjects(value, name).map((item) => toFieldSpec(item as WrittenFieldSpec));
  return {
    namePrefix: list('namePrefix'),
    nameSuffix: list('nameSuffix'),
    namespace: list('namespace'),
    commonLabels: list('commonLabels'),
    labels: list('labels'),
    templateLabels: list('templateLabels'),
    commonAnnotations: list('commonAnnotations'),
    nameReference: asObjects(value, 'nameReference').map((item) => {
      const { group, version, kind } = toFieldSpec(item);
      const referrers = asObjects(item, 'fieldSpecs').map((referrer) => toFieldSpec(referrer as WrittenFieldSpec));
      return { group, version, kind, referrers };
    }),
    varReference: list('varReference'),
    images: list('images'),
    replicas: list('replicas'),
  };
}

function asObjects(value: JsonObject, key: string): JsonObject[] {
  const list = getKey(value, key);
  return Array.isArray(list) ? (list as readonly unknown[]).filter((item) => isJsonObject(item)) : [];
}
