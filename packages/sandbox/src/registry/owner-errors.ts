import { parseApiVersion, type JsonObject, type KubernetesObject } from '@capstan/object';
import { quote, type FieldError } from './api-status-error.ts';
import { ownersOf, type Owner } from './metadata.ts';

const FIELD = 'metadata.ownerReferences';

/** What is wrong with the references to an object's owners. */
export function ownerErrors(object: KubernetesObject): readonly FieldError[] {
  const owners = ownersOf(object);
  const errors = owners.flatMap(referenceErrors);
  const controllers = owners.filter((owner) => owner.controls);
  const [first, second] = controllers;
  if (first === undefined || second === undefined) return errors;
  const both = `${first.kind}/${first.name} and ${second.kind}/${second.name}`;
  const why = `Only one reference can have Controller set to true. Found "true" in references for ${both}`;
  return [...errors, invalid('', JSON.stringify(owners.map(shown)), why)];
}

function referenceErrors(owner: Owner): readonly FieldError[] {
  const errors: FieldError[] = [];
  const parts = owner.apiVersion.split('/').length;
  const { group, version } = parts > 2 ? { group: '', version: '' } : parseApiVersion(owner.apiVersion);
  if (version === '') errors.push(invalid('.apiVersion', quote(owner.apiVersion), 'version must not be empty'));
  for (const field of ['kind', 'name', 'uid'] as const) {
    if (owner[field] === '') errors.push(invalid(`.${field}`, '""', 'must not be empty'));
  }
  if (owner.kind === 'Event' && group === '' && version === 'v1') {
    const why = '/v1, Kind=Event is disallowed from being an owner';
    errors.push(invalid('', JSON.stringify(shown(owner)), why));
  }
  return errors;
}

/** A reference as Go prints it: in the order of its struct. */
function shown(owner: Owner): JsonObject {
  const { apiVersion, kind, name, uid, controls, blocks } = owner;
  return {
    apiVersion,
    kind,
    name,
    uid,
    ...(controls ? { controller: true } : {}),
    ...(blocks ? { blockOwnerDeletion: true } : {}),
  };
}

function invalid(below: string, value: string, why: string): FieldError {
  return { reason: 'FieldValueInvalid', field: `${FIELD}${below}`, message: `Invalid value: ${value}: ${why}` };
}
