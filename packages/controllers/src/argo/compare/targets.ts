import { isSecret, normalizeSecret } from '@capstan/diff';
import { isCapstanError } from '@capstan/errors';
import {
  getPath,
  gvkOf,
  refKey,
  refOf,
  setKey,
  type JsonValue,
  type KubernetesObject,
  type VersionedRef,
} from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { KindRules } from '../../runtime/kind-rules.ts';
import { isExcludedKind } from '../excluded-kinds.ts';
import type { ArgoSettings } from '../settings/argo-settings.ts';
import { isDeleteHook, isHook, isIgnored } from '../hooks.ts';
import { withTracking } from '../tracking.ts';

/** An object that Git wants. */
export interface Target {
  /** As it is in the cluster: without a namespace where the kind has none. */
  readonly ref: VersionedRef;
  readonly object: KubernetesObject;
  /** Undefined while the cluster does not serve the kind. */
  readonly rules: KindRules | undefined;
}

/** What a render asks for: objects to keep, hooks to run, and what is to be said about them. */
export interface Targets {
  readonly resources: readonly Target[];
  readonly hooks: readonly Target[];
  /** Hooks that the Application's deletion runs. */
  readonly deleteHooks: readonly Target[];
  readonly repeated: readonly string[];
  readonly excluded: readonly string[];
}

/** Whose objects they become, and where. */
export interface TargetContext {
  /** The Application's name, as tracking marks bear it. */
  readonly name: string;
  /** The destination's namespace. */
  readonly namespace: string;
  /** The destination cluster's address. */
  readonly server: string;
  readonly settings: Pick<ArgoSettings, 'tracking' | 'exclusions' | 'inclusions'>;
}

/**
 * Makes targets of rendered objects: each in its namespace, with the Application's tracking id, once. Of an object that
 * appears several times the last one counts.
 */
export async function targetsOf(
  cluster: Pick<Cluster, 'rules'>,
  rendered: readonly KubernetesObject[],
  application: TargetContext,
  signal?: AbortSignal,
): Promise<Targets> {
  const excluded: string[] = [];
  const byKey = new Map<string, { readonly target: Target; count: number }>();
  for (const [index, object] of rendered.entries()) {
    if (isIgnored(object) && !isOfDeletion(object)) continue;
    if (isExcludedKind(gvkOf(object), application.server, application.settings)) {
      const { group, kind, name } = refOf(object);
      excluded.push(`Resource ${group}/${kind} ${name} is excluded in the settings`);
      continue;
    }
    const rules = await rulesOf(cluster, object, signal);
    const placed = place(object, rules, application.namespace);
    const tracked = withTracking(placed, application.name, application.namespace, application.settings.tracking);
    const target: Target = { ref: refOf(tracked), object: tracked, rules };
    const name = target.ref.name === '' ? `${generateName(tracked)}${index}` : target.ref.name;
    const key = refKey({ ...target.ref, name });
    const count = (byKey.get(key)?.count ?? 0) + 1;
    // The place of the last one counts, too.
    byKey.delete(key);
    byKey.set(key, { target, count });
  }
  const all = [...byKey.entries()];
  const targets = all.map(([, { target }]) => target);
  return {
    resources: targets.filter((target) => !isHook(target.object)),
    hooks: targets.filter(({ object }) => isHook(object) && !isIgnored(object)),
    deleteHooks: targets.filter(({ object }) => isOfDeletion(object)),
    excluded,
    repeated: all.flatMap(([, { target, count }]) =>
      count > 1 ? [`Resource ${keyText(target.ref)} appeared ${count} times among application resources.`] : [],
    ),
  };
}

function isOfDeletion(object: KubernetesObject): boolean {
  return isDeleteHook(object, 'PreDelete') || isDeleteHook(object, 'PostDelete');
}

/** A reference as Argo CD prints it: `group/Kind/namespace/name`. */
export function keyText(ref: VersionedRef): string {
  return `${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** The name that a hook's `generateName` begins with. */
export function generateName(object: KubernetesObject): string {
  const value = object.metadata['generateName'];
  return typeof value === 'string' ? value : '';
}

async function rulesOf(
  cluster: Pick<Cluster, 'rules'>,
  object: KubernetesObject,
  signal: AbortSignal | undefined,
): Promise<KindRules | undefined> {
  try {
    return await cluster.rules(gvkOf(object), signal);
  } catch (error) {
    if (isCapstanError(error, 'KUBE_KIND_UNKNOWN')) return undefined;
    throw error;
  }
}

function place(object: KubernetesObject, rules: KindRules | undefined, namespace: string): KubernetesObject {
  const metadata: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(object.metadata)) if (key !== 'namespace') setKey(metadata, key, value);
  const isNamespaced = rules?.namespaced ?? true;
  const own = getPath(object.metadata, 'namespace');
  const chosen = typeof own === 'string' && own !== '' ? own : namespace;
  if (isNamespaced && chosen !== '') metadata['namespace'] = chosen;
  return { ...object, metadata };
}

/** A target as it is compared: without status, and a Secret as the server will store it. */
export function comparableTarget(object: KubernetesObject): KubernetesObject {
  const { status: _status, ...rest } = object;
  const { apiVersion, kind, metadata } = object;
  return { ...(isSecret(rest) ? normalizeSecret(rest) : rest), apiVersion, kind, metadata };
}
