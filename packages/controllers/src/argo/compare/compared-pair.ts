import { normalize, withKnownTypes, withoutIgnored, type ComparedPair } from '@capstan/diff';
import { getPath, gvkOf, isJsonObject, type JsonObject, type KubernetesObject } from '@capstan/object';
import { deducedType } from '@capstan/object/merge';
import type { Cluster } from '../../runtime/cluster.ts';
import { isDefinition } from '../tracking.ts';
import type { CompareRules } from './compare-rules.ts';
import { comparableTarget, type Target } from './targets.ts';

/**
 * What Git wants and what is live, as they are compared: without what is written in several ways, without what is
 * ignored, and with fields of Kubernetes' own types in their canonical form.
 */
export async function comparedPair(
  target: Target,
  live: KubernetesObject,
  rules: CompareRules,
  cluster: Cluster,
  signal?: AbortSignal,
): Promise<ComparedPair> {
  const wanted = keepsStatus(target.object, rules) ? withStatus(target.object) : comparableTarget(target.object);
  const pair = { desired: normalize(wanted, rules), live: normalize(live, rules) };
  const ignored = rules.ignore.of(target.ref);
  const type = target.rules?.types?.typeOf(gvkOf(target.object)) ?? deducedType;
  const left = ignored === undefined ? pair : withoutIgnored(pair, ignored, type);
  const fields = rules.knownTypes(target.ref);
  if (fields.length === 0) return left;
  const schemas = await coreSchemas(cluster, signal);
  const known = (object: KubernetesObject): KubernetesObject => withKnownTypes(object, fields, schemas);
  return { desired: known(left.desired), live: known(left.live) };
}

/** Whether a difference in an object's status counts. */
export function keepsStatus(object: KubernetesObject, rules: CompareRules): boolean {
  switch (rules.ignoreStatusOf) {
    case 'all':
      return false;
    case 'crd':
      return !isDefinition(object);
    case 'none':
      return true;
  }
}

function withStatus(object: KubernetesObject): KubernetesObject {
  const compared = comparableTarget(object);
  return object['status'] === undefined ? compared : { ...compared, status: object['status'] };
}

/** The schemas of the cluster's core types; a cluster that publishes none leaves every value as it is. */
async function coreSchemas(
  cluster: Cluster,
  signal: AbortSignal | undefined,
): Promise<(name: string) => JsonObject | undefined> {
  const { schema } = await cluster.rules({ group: '', version: 'v1', kind: 'Pod' }, signal);
  return (name) => {
    const found = schema === undefined ? undefined : getPath(schema.document, 'components', 'schemas', name);
    return isJsonObject(found) ? found : undefined;
  };
}
