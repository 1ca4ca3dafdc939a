import { isJsonObject } from '@capstan/object';
import type { BuildContext } from './build-context.ts';
import { readConfigFile, readSchemaFile } from './documents.ts';
import type { FieldSpec } from './field-spec.ts';
import type { WrittenFieldSpec } from './kustomization.ts';
import { fieldSpecFields } from './kustomization-fields.ts';
import { configOfDefinitions, problemOfDefinitions } from './crds.ts';
import { invalid } from './problem.ts';
import { readShape, type Fields } from './shape.ts';
import { toFieldSpec } from './steps.ts';
import { readerOf, type Target } from './target.ts';
import {
  defaultConfig,
  emptyConfig,
  mergeConfigs,
  sortedConfig,
  type TransformerConfig,
} from './transformer-config.ts';

const specs = { list: { fields: fieldSpecFields } } as const;
const fields = {
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
} as const satisfies Fields;

/** The built-in field specs with those of the files that `configurations` names. */
export function loadConfigurations(context: BuildContext, target: Target): TransformerConfig {
  const { configurations, crds } = target.found.kustomization;
  const read = readerOf(context, target);
  let own = emptyConfig;
  for (const path of configurations) {
    own = mergeConfigs(own, readConfiguration(read(path), path));
  }
  let config = mergeConfigs(defaultConfig, own);
  for (const path of crds) {
    const value = readSchemaFile(read(path), path) ?? {};
    if (!isJsonObject(value)) {
      throw invalid(`unable to parse open API definition from '${path}': it is no mapping`, { path });
    }
    const problem = problemOfDefinitions(value);
    if (problem !== undefined) {
      throw invalid(`unable to parse open API definition from '${path}': ${problem}`, { path });
    }
    config = mergeConfigs(config, configOfDefinitions(value));
  }
  return config;
}

function readConfiguration(text: Uint8Array, path: string): TransformerConfig {
  const value = readShape(readConfigFile(text, path, 'error') ?? {}, fields, path);
  const list = (written: readonly WrittenFieldSpec[] | undefined): FieldSpec[] => (written ?? []).map(toFieldSpec);
  return sortedConfig({
    namePrefix: list(value.namePrefix),
    nameSuffix: list(value.nameSuffix),
    namespace: list(value.namespace),
    commonLabels: list(value.commonLabels),
    labels: list(value.labels),
    templateLabels: list(value.templateLabels),
    commonAnnotations: list(value.commonAnnotations),
    nameReference: (value.nameReference ?? []).map(({ group = '', version = '', kind = '', fieldSpecs }) => ({
      group,
      version,
      kind,
      referrers: list(fieldSpecs),
    })),
    varReference: list(value.varReference),
    images: list(value.images),
    replicas: list(value.replicas),
  });
}
