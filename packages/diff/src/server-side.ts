import { deepEqual, getKey, gvkOf, isJsonObject, type KubernetesObject } from '@capstan/object';
import { applyServerSide, resetFieldsOf, type TypesByKind } from '@capstan/object/merge';
import { comparable } from './client-side.ts';
import { differencesBetween, type ValueDifference } from './differences.ts';
import { planTakeover, type PlannedTakeover, type Takeover } from './takeover.ts';

/** What a comparison needs to know besides the two objects. */
export interface ServerSideRules {
  readonly manager: string;
  /** Types of the kind; undefined where the cluster publishes none: then a dry-run decides. */
  readonly types: TypesByKind | undefined;
  /** Whether it is a custom resource; its ownership follows slightly other rules. */
  readonly isCustom: boolean;
  /** Whether the kind has a status subresource, so that an apply of the object does not touch its status. */
  readonly hasStatus: boolean;
  /** Which managers' fields are taken over first; undefined where none are. */
  readonly takeover?: Takeover;
  readonly now: Date;
}

/** What a server-side apply is predicted to do. */
export type ServerSidePrediction =
  | { readonly verdict: 'create' }
  | { readonly verdict: 'unchanged' }
  | {
      readonly verdict: 'update';
      readonly takeover: PlannedTakeover | undefined;
      readonly predicted: KubernetesObject;
      readonly differences: readonly ValueDifference[];
    }
  /** Not to be told without the server. */
  | { readonly verdict: 'unconfirmed'; readonly takeover: PlannedTakeover | undefined };

/**
 * Predicts a server-side apply by force on a live object with its managed fields, with the engine that serves applies
 * in the sandbox. Ownership alone is no difference: an apply that only moves it need not be made, unless fields are
 * taken over. Throws SCHEMA_VIOLATION and OBJECT_INVALID where the object does not fit its schema.
 */
export function predictServerSide(
  desired: KubernetesObject,
  live: KubernetesObject | undefined,
  rules: ServerSideRules,
): ServerSidePrediction {
  if (live === undefined) return { verdict: 'create' };
  const takeover = rules.takeover === undefined ? undefined : planTakeover(live, rules.takeover);
  const base = takeover?.object ?? live;
  const { types } = rules;
  if (types === undefined || types.typeOf(gvkOf(desired)) === undefined || !isTracked(live))
    return { verdict: 'unconfirmed', takeover };
  const resetFields = resetFieldsOf({ ...gvkOf(desired), hasStatus: rules.hasStatus });
  const outcome = applyServerSide({
    live: base,
    applied: desired,
    manager: rules.manager,
    force: true,
    now: rules.now,
    schema: types,
    ...(rules.isCustom ? { isCustom: true } : {}),
    ...(resetFields === undefined ? {} : { resetFields }),
  });
  const predicted = outcome.kind === 'conflict' ? base : outcome.object;
  const wanted = comparable(predicted);
  const current = comparable(live);
  if (takeover === undefined && deepEqual(wanted, current)) return { verdict: 'unchanged' };
  return { verdict: 'update', takeover, predicted, differences: differencesBetween(wanted, current) };
}

// Without managed fields (a cache that keeps none, an object from before they existed) ownership is not known.
function isTracked(live: KubernetesObject): boolean {
  const fields = getKey(live.metadata, 'managedFields');
  return Array.isArray(fields) && fields.some(isJsonObject);
}
