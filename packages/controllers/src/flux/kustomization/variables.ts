import { CapstanError, isCapstanError } from '@capstan/errors';
import { getKey, getPath, isJsonObject, type KubernetesObject, type ObjectRef } from '@capstan/object';
import { serverWords } from '../server-words.ts';
import type { Run, Spec } from './run.ts';

/** Values by name. They may come from Secrets: they are kept in memory, and stand in no message. */
export type Variables = ReadonlyMap<string, string>;

type Reference = NonNullable<NonNullable<Spec['postBuild']>['substituteFrom']>[number];

/** The ConfigMaps and Secrets that a Kustomization takes values from. */
export function variableRefs(spec: Spec, namespace: string): readonly ObjectRef[] {
  return (spec.postBuild?.substituteFrom ?? []).map(({ kind, name }) => ({ group: '', kind, namespace, name }));
}

/**
 * The values that are substituted: those of `substituteFrom` in its order, then those of `substitute` over them, without
 * line breaks. Throws RENDER_INVALID in Flux's words where an object cannot be read that is not optional.
 */
export async function readVariables(run: Run): Promise<Variables> {
  const { postBuild } = run.spec;
  const variables = new Map<string, string>();
  for (const reference of postBuild?.substituteFrom ?? []) {
    const object = await readReference(run, reference);
    if (object === undefined) continue;
    for (const [name, value] of valuesOf(object, reference.kind)) variables.set(name, oneLine(value));
  }
  for (const [name, value] of Object.entries(postBuild?.substitute ?? {})) variables.set(name, oneLine(value));
  return variables;
}

async function readReference(run: Run, { kind, name, optional }: Reference): Promise<KubernetesObject | undefined> {
  const { namespace } = run.turn.ref;
  const ref = { group: '', version: 'v1', kind, namespace, name };
  try {
    return await run.cluster.client.get(ref, { signal: run.turn.signal });
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    if (optional === true && isCapstanError(error, 'KUBE_NOT_FOUND')) return undefined;
    if (run.turn.signal.aborted) throw error;
    throw new CapstanError('RENDER_INVALID', `substitute from '${kind}/${name}' error: ${serverWords(error)}`);
  }
}

function valuesOf(object: KubernetesObject, kind: Reference['kind']): readonly (readonly [string, string])[] {
  const data = getPath(object, 'data');
  if (!isJsonObject(data)) return [];
  return Object.keys(data).flatMap((name) => {
    const value = getKey(data, name);
    if (typeof value !== 'string') return [];
    return [[name, kind === 'Secret' ? Buffer.from(value, 'base64').toString('utf8') : value] as const];
  });
}

function oneLine(value: string): string {
  return value.replaceAll('\n', '');
}
