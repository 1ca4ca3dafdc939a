import type { KubernetesObject } from '@capstan/object';
import { badRequest } from './api-status-error.ts';
import type { WriteRequest } from './cluster.ts';
import type { Resource } from './resource.ts';

/** More problems than this are not listed one by one. */
const MAX_LISTED = 50;

/**
 * Decodes an object and treats its unknown and duplicate fields as the request wants: an error, warnings, or nothing.
 * @throws ApiStatusError 400
 */
export function checkFields(
  resource: Pick<Resource, 'kind' | 'version' | 'decode'>,
  object: KubernetesObject,
  request: WriteRequest,
): KubernetesObject {
  const decoded = resource.decode(object);
  if (request.fieldValidation === 'Ignore') return decoded.object;
  const problems = [
    ...request.duplicates,
    ...decoded.unknown.slice(0, MAX_LISTED).map((path) => `unknown field ${JSON.stringify(path)}`),
  ];
  if (problems.length === 0) return decoded.object;
  if (request.fieldValidation === 'Warn') {
    request.warnings.push(...problems);
    return decoded.object;
  }
  throw badRequest(
    `${resource.kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: ` +
      `strict decoding error: ${problems.join(', ')}`,
  );
}
