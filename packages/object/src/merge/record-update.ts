import { isCapstanError, type CapstanError } from '@capstan/errors';
import { getKey, isJsonObject, type JsonArray, type JsonValue } from '../json-value.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { capUpdateManagers } from './cap-managers.ts';
import {
  decodeManagedFields,
  identifierOf,
  NO_MANAGERS,
  recordedTime,
  type ManagedFields,
  type ManagerIdentity,
} from './managed-entries.ts';
import {
  sameButTimes,
  stripUnowned,
  typedObject,
  updaterOptions,
  withManagedFields,
  withoutManagedFields,
  type OwnershipRules,
} from './owned-object.ts';
import { updateManagers } from './updater.ts';

/**
 * A create, PUT or patch: the object as it was (undefined for a create) and as it is to be: what was sent or patched, with
 * defaults, but before the resource resets what this write may not set (a status; all but the status), allocates
 * addresses or counts generations. That is where the API server looks.
 */
export interface UpdateRecording extends OwnershipRules {
  readonly live: KubernetesObject | undefined;
  readonly updated: KubernetesObject;
  /** The field manager of the request; empty for `unknown`. */
  readonly manager: string;
  readonly now: Date;
}

/**
 * The object with its managed fields. `unchanged`: nothing but times would differ, and `object` is the live one itself.
 * `problem` says why the owners could not be told; the object then has no managed fields, as the API server does.
 */
export interface UpdateRecord {
  readonly object: KubernetesObject;
  readonly unchanged: boolean;
  readonly problem?: CapstanError;
}

const SELF = 'current-operation';

/**
 * Records in metadata.managedFields who changed what by a write that is no server-side apply. Follows apimachinery's
 * `managedfields.FieldManager.UpdateNoErrors` and the API server's rule that a write which changes nothing is none.
 */
export function recordUpdate(recording: UpdateRecording): UpdateRecord {
  const { live, updated } = recording;
  const bare = withoutManagedFields(updated);
  let object: KubernetesObject;
  try {
    object = withManagedFields(bare, ownersAfter(recording, bare));
  } catch (error) {
    if (!isCapstanError(error, 'SCHEMA_VIOLATION', 'OBJECT_INVALID', 'JSON_INVALID')) throw error;
    return { object: bare, unchanged: false, problem: error };
  }
  if (live !== undefined && sameButTimes(live, object)) return { object: live, unchanged: true };
  return { object, unchanged: false };
}

function ownersAfter(recording: UpdateRecording, bare: KubernetesObject): ManagedFields {
  const { live } = recording;
  const managed = managedBefore(recording);
  // Who owned what of an object that was never tracked is not made up afterwards.
  const isCreate = live === undefined || (getKey(live.metadata, 'uid') ?? '') === '';
  if (managed.managers.size === 0 && !isCreate) return NO_MANAGERS;
  return recordOwners(recording, managed, live && withoutManagedFields(live), bare);
}

// Clients may hand managed fields in (those they read, or edited ones); an empty list asks to forget them all, and what
// cannot be read is passed over for what the live object has. Subresources never set them.
function managedBefore({ live, updated, subresource = '', isCustom = false }: UpdateRecording): ManagedFields {
  const ofLive = live && getKey(live.metadata, 'managedFields');
  const given = getKey(updated.metadata, 'managedFields');
  if (subresource === '') {
    if (isReset(given, isCustom)) return NO_MANAGERS;
    const managed = decodeOrNone(given);
    if (managed.managers.size > 0) return managed;
  }
  return decodeOrNone(ofLive);
}

// Of a custom resource an empty list is lost when its metadata are read, so there it asks for nothing.
function isReset(given: JsonValue | undefined, isCustom: boolean): boolean {
  if (!Array.isArray(given)) return false;
  const [first] = given as JsonArray;
  if (given.length === 0) return !isCustom;
  return given.length === 1 && isJsonObject(first) && Object.keys(first).length === 0;
}

function decodeOrNone(value: JsonValue | undefined): ManagedFields {
  try {
    return decodeManagedFields(value);
  } catch (error) {
    if (isCapstanError(error, 'OBJECT_INVALID', 'JSON_INVALID')) return NO_MANAGERS;
    throw error;
  }
}

/** The managers after a write, given those before it and both objects without their managed fields. */
export function recordOwners(
  request: OwnershipRules & { readonly manager: string; readonly now: Date },
  managed: ManagedFields,
  live: KubernetesObject | undefined,
  updated: KubernetesObject,
): ManagedFields {
  const { apiVersion, kind } = updated;
  const before = live ?? request.emptyObject ?? { apiVersion, kind, metadata: {} };
  const managers = updateManagers(
    {
      live: typedObject(before, request, { allowDuplicates: true }),
      updated: typedObject(updated, request, { allowDuplicates: true }),
      apiVersion,
      managers: managed.managers,
      manager: SELF,
    },
    updaterOptions(request, apiVersion),
  );
  const stripped = stripUnowned({ managers, records: managed.records }, SELF);
  const identity: ManagerIdentity = {
    manager: request.manager === '' ? 'unknown' : request.manager,
    operation: 'Update',
    apiVersion,
    subresource: request.subresource ?? '',
  };
  return capUpdateManagers(claim(stripped, identity, request.now));
}

// What the write took joins what the manager had before; only then is its time that of the write.
function claim(managed: ManagedFields, identity: ManagerIdentity, now: Date): ManagedFields {
  const taken = managed.managers.get(SELF);
  if (taken === undefined) return managed;
  const id = identifierOf(identity);
  const managers = new Map(managed.managers);
  managers.delete(SELF);
  const previous = managers.get(id);
  managers.set(id, previous === undefined ? taken : { ...taken, set: taken.set.union(previous.set) });
  const records = new Map(managed.records);
  records.set(id, { identity, time: recordedTime(now) });
  return { managers, records };
}
