import { CapstanError } from '@capstan/errors';
import { getKey } from '../json-value.ts';
import { gvkOf, type KubernetesObject } from '../kubernetes-object.ts';
import { gvkKey } from '../schema/types-by-kind.ts';
import type { TypedValue } from '../typed/typed-value.ts';
import { describeConflicts, type ApplyConflicts } from './apply-conflict.ts';
import { conflictSet, type Conflict } from './conflict.ts';
import { fieldsLastApplied, KUBECTL_MANAGER, syncLastApplied } from './last-applied.ts';
import {
  decodeManagedFields,
  identifierOf,
  recordedTime,
  type ManagedFields,
  type ManagerIdentity,
} from './managed-entries.ts';
import {
  asObject,
  sameButTimes,
  stripUnowned,
  typedObject,
  updaterOptions,
  withManagedFields,
  withoutManagedFields,
  type OwnershipRules,
} from './owned-object.ts';
import { recordOwners } from './record-update.ts';
import { restoreReset } from './restore-reset.ts';
import { applyConfig, type ApplyOutcome } from './updater.ts';

/** A server-side apply. `live` is in the version of `applied`; undefined when the object is to be created. */
export interface ServerSideApply extends OwnershipRules {
  readonly live: KubernetesObject | undefined;
  readonly applied: KubernetesObject;
  readonly manager: string;
  readonly force?: boolean;
  readonly now: Date;
  /** Defaults and canonical forms of the kind, laid over the merged object before it is compared with the live one. */
  readonly defaults?: (object: KubernetesObject) => KubernetesObject;
}

/** What an apply came to. For `unchanged` the object is the live one itself: there is nothing to write. */
export type ServerSideApplied =
  | { readonly kind: 'changed'; readonly object: KubernetesObject }
  | { readonly kind: 'unchanged'; readonly object: KubernetesObject }
  | ({ readonly kind: 'conflict' } & ApplyConflicts);

const BEFORE_FIRST_APPLY = 'before-first-apply';

/**
 * Applies a configuration to an object as the API server does on an apply patch: merged by its schema, less what the
 * manager applied before and leaves out now, ownership in metadata.managedFields, or conflicts. Follows apimachinery's
 * `managedfields.FieldManager.Apply`. Throws OBJECT_INVALID and SCHEMA_VIOLATION for what the server answers with 400.
 */
export function applyServerSide(request: ServerSideApply): ServerSideApplied {
  const { live, applied, now } = request;
  assertApplicable(request);
  const bare = live === undefined ? emptyObjectFor(request) : withoutManagedFields(live);
  const decoded = decodeManagedFields(live && getKey(live.metadata, 'managedFields'));
  const managed = live === undefined ? decoded : trackedBefore(request, decoded, bare);
  const attempt = applyOnce(request, bare, managed, request.force ?? false);
  const outcome = attempt.kind === 'conflict' ? retryForKubectl(request, bare, managed, attempt.conflicts) : attempt;
  if (outcome.kind === 'conflict') return { kind: 'conflict', ...describeConflicts(outcome.conflicts, managed) };
  const id = identifierOf(identityOf(request));
  const records = new Map(managed.records);
  const time = outcome.object === undefined ? records.get(id)?.time : recordedTime(now);
  const entry = records.get(id)?.entry;
  records.set(id, { identity: identityOf(request), time, ...(entry === undefined ? {} : { entry }) });
  const owners = stripUnowned({ managers: outcome.managers, records }, id);
  const merged = outcome.object === undefined ? bare : asObject(outcome.object.value);
  const defaulted = outcome.object === undefined ? merged : (request.defaults?.(merged) ?? merged);
  const kept = live === undefined ? defaulted : restoreReset(defaulted, bare, request.resetFields);
  const synced = request.manager === KUBECTL_MANAGER ? syncLastApplied(kept, applied) : kept;
  const object = withManagedFields(synced, owners);
  if (live !== undefined && sameButTimes(live, object)) return { kind: 'unchanged', object: live };
  return { kind: 'changed', object };
}

function assertApplicable({ live, applied, manager }: ServerSideApply): void {
  if (manager === '') throw new CapstanError('OBJECT_INVALID', 'An apply needs a field manager.');
  const given = getKey(applied.metadata, 'managedFields');
  if (given !== undefined && given !== null) {
    throw new CapstanError('OBJECT_INVALID', 'metadata.managedFields must be nil');
  }
  if (live !== undefined && gvkKey(gvkOf(live)) !== gvkKey(gvkOf(applied))) {
    const what = `${applied.kind} in ${applied.apiVersion} to ${live.kind} in ${live.apiVersion}`;
    throw new CapstanError('OBJECT_INVALID', `A configuration cannot be applied across kinds or versions: ${what}.`);
  }
}

function emptyObjectFor({ emptyObject, applied }: ServerSideApply): KubernetesObject {
  return emptyObject ?? { apiVersion: applied.apiVersion, kind: applied.kind, metadata: {} };
}

// What an object held before anyone was tracked belongs to a manager of its own.
function trackedBefore(request: ServerSideApply, managed: ManagedFields, bare: KubernetesObject): ManagedFields {
  if (managed.managers.size > 0) return managed;
  return recordOwners({ ...request, manager: BEFORE_FIRST_APPLY }, managed, undefined, bare);
}

function identityOf({ manager, applied, subresource = '' }: ServerSideApply): ManagerIdentity {
  return { manager, operation: 'Apply', apiVersion: applied.apiVersion, subresource };
}

function applyOnce(
  request: ServerSideApply,
  bare: KubernetesObject,
  managed: ManagedFields,
  force: boolean,
): ApplyOutcome {
  const failure = `failed to create typed patch object (${describe(request.applied)})`;
  const config: TypedValue = typedObject(request.applied, request, { failure });
  const liveFailure = `failed to create typed live object (${describe(bare)})`;
  const live = typedObject(bare, request, { allowDuplicates: true, failure: liveFailure });
  const { apiVersion } = request.applied;
  const manager = identifierOf(identityOf(request));
  return applyConfig(
    { live, config, apiVersion, managers: managed.managers, manager, force },
    updaterOptions(request, apiVersion),
  );
}

// As the API server names an object in these messages.
function describe(object: KubernetesObject): string {
  const { group, version, kind } = gvkOf(object);
  const [namespace, name] = ['namespace', 'name'].map((key) => getKey(object.metadata, key));
  const [where, what] = [namespace, name].map((text) => (typeof text === 'string' ? text : ''));
  return `${where ?? ''}/${what ?? ''}; ${group}/${version}, Kind=${kind}`;
}

// kubectl takes over from its own client-side apply: what that set, and nobody changed since, is no conflict.
function retryForKubectl(
  request: ServerSideApply,
  bare: KubernetesObject,
  managed: ManagedFields,
  conflicts: readonly Conflict[],
): ApplyOutcome {
  if (request.manager !== KUBECTL_MANAGER) return { kind: 'conflict', conflicts };
  const allowed = fieldsLastApplied(bare, request);
  if (conflictSet(conflicts).difference(allowed).isEmpty) return applyOnce(request, bare, managed, true);
  return { kind: 'conflict', conflicts: conflicts.filter(({ path }) => !allowed.has(path)) };
}
