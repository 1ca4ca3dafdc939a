import { isCapstanError, messageOf } from '@capstan/errors';
import { formatApiVersion, type ObjectRef, type VersionedRef } from '@capstan/object';
import { serverWords } from '../server-words.ts';
import { subjectOf } from './entries.ts';

const NO_RESOURCE = 'the server could not find the requested resource';

/** What a refused dry-run is called (fluxcd/pkg/ssa's DryRunErr). */
export function dryRunMessage(ref: ObjectRef, error: unknown): string {
  const subject = subjectOf(ref);
  if (!isCapstanError(error)) return `${subject} dry-run failed: ${messageOf(error)}`;
  const said = serverWords(error);
  if (isCapstanError(error, 'KUBE_NOT_FOUND'))
    return ref.namespace === '' ? unplacedMessage(ref, said) : `${subject} not found: ${said}`;
  const reason = error.data['reason'];
  return `${subject} dry-run failed${typeof reason === 'string' && reason !== '' ? ` (${reason})` : ''}: ${said}`;
}

/** What an object of a namespaced kind is called that names no namespace. */
export function unplacedMessage(ref: ObjectRef, said: string = NO_RESOURCE): string {
  return `${subjectOf(ref)} namespace not specified: ${said}`;
}

/** What an object is called whose kind the cluster does not serve. */
export function unknownKindMessage(ref: VersionedRef): string {
  const { kind, group, version } = ref;
  return `${subjectOf(ref)} dry-run failed: no matches for kind "${kind}" in version "${formatApiVersion(group, version)}"`;
}

/** What a write is called that was refused though its dry-run was not. */
export function applyMessage(ref: ObjectRef, error: unknown): string {
  return `${subjectOf(ref)} apply failed: ${isCapstanError(error) ? serverWords(error) : messageOf(error)}`;
}
