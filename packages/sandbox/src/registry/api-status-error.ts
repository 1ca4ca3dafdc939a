import { CapstanError } from '@capstan/errors';
import type { JsonObject } from '@capstan/object';

/** One cause in a Status: which field, and why, as kube-apiserver words it. */
export interface StatusCause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

/** `details` of a Status. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A resource as messages name it: `deployments.apps`, or `pods` in the core group. */
export interface NamedResource {
  readonly group: string;
  readonly resource: string;
}

/** A kind as messages name it: `Deployment.apps`, or `Pod` in the core group. */
export interface NamedKind {
  readonly group: string;
  readonly kind: string;
}

/** A field that validation refuses, as `k8s.io/apimachinery/pkg/util/validation/field` reports it. */
export interface FieldError {
  /** `FieldValueRequired`, `FieldValueInvalid`, … */
  readonly reason: string;
  readonly field: string;
  /** What follows the field's path: `Required value: name or generateName is required`. */
  readonly message: string;
}

/** A refusal that the API answers as a `Status`: the same for HTTP and for callers inside the process. */
export class ApiStatusError extends CapstanError<'SANDBOX_REQUEST_REFUSED'> {
  readonly status: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(status: number, reason: string, message: string, details?: StatusDetails) {
    super('SANDBOX_REQUEST_REFUSED', message, { data: { status, reason } });
    this.status = status;
    this.reason = reason;
    this.details = details;
  }

  /** The Status body. */
  toStatus(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: detailsOf(this.details) }),
      code: this.status,
    };
  }
}

function detailsOf(details: StatusDetails): JsonObject {
  const { name, group, kind, uid, causes, retryAfterSeconds } = details;
  return {
    ...(name === undefined || name === '' ? {} : { name }),
    ...(group === undefined || group === '' ? {} : { group }),
    ...(kind === undefined || kind === '' ? {} : { kind }),
    ...(uid === undefined ? {} : { uid }),
    ...(causes === undefined || causes.length === 0 ? {} : { causes: causes.map((cause) => ({ ...cause })) }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function qualified(group: string, name: string): string {
  return group === '' ? name : `${name}.${group}`;
}

function about(of: NamedResource, name: string): StatusDetails {
  return { name, group: of.group, kind: of.resource };
}

/** 404 for an object. */
export function notFound(of: NamedResource, name: string): ApiStatusError {
  const message = `${qualified(of.group, of.resource)} ${quote(name)} not found`;
  return new ApiStatusError(404, 'NotFound', message, about(of, name));
}

/** 409 for a create of something that exists. */
export function alreadyExists(of: NamedResource, name: string): ApiStatusError {
  const message = `${qualified(of.group, of.resource)} ${quote(name)} already exists`;
  return new ApiStatusError(409, 'AlreadyExists', message, about(of, name));
}

/** 409 for a write that was made against another state. */
export function conflict(of: NamedResource, name: string, why: string): ApiStatusError {
  const message = `Operation cannot be fulfilled on ${qualified(of.group, of.resource)} ${quote(name)}: ${why}`;
  return new ApiStatusError(409, 'Conflict', message, about(of, name));
}

/** 403 by admission. */
export function forbidden(
  of: NamedResource,
  name: string,
  why: string,
  causes?: readonly StatusCause[],
): ApiStatusError {
  const resource = qualified(of.group, of.resource);
  const message = name === '' ? `${resource} is forbidden: ${why}` : `${resource} ${quote(name)} is forbidden: ${why}`;
  return new ApiStatusError(403, 'Forbidden', message, {
    ...about(of, name),
    ...(causes === undefined ? {} : { causes }),
  });
}

/** 422 for an object that validation refuses. */
export function invalid(of: NamedKind, name: string, errors: readonly FieldError[]): ApiStatusError {
  const texts = errors.map((error) => (error.field === '' ? error.message : `${error.field}: ${error.message}`));
  const list = [...new Set(texts)];
  const summary = list.length === 1 ? (list[0] ?? '') : `[${list.join(', ')}]`;
  const causes = errors.map(({ reason, message, field }) => ({ reason, message, field }));
  return new ApiStatusError(422, 'Invalid', `${qualified(of.group, of.kind)} ${quote(name)} is invalid: ${summary}`, {
    name,
    group: of.group,
    kind: of.kind,
    causes,
  });
}

/** 400 for a request that makes no sense. */
export function badRequest(message: string): ApiStatusError {
  return new ApiStatusError(400, 'BadRequest', message);
}

/** 405 for a verb that the resource lacks. */
export function methodNotAllowed(): ApiStatusError {
  return new ApiStatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

/** 410 for a revision that is forgotten. */
export function expired(message: string): ApiStatusError {
  return new ApiStatusError(410, 'Expired', message);
}

/** 504 for a revision that is yet to come. */
export function revisionTooLarge(wanted: number, current: number): ApiStatusError {
  const message = `Too large resource version: ${wanted}, current: ${current}`;
  return new ApiStatusError(504, 'Timeout', `Timeout: ${message}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/** 500 for a fault of our own. */
export function internalError(message: string): ApiStatusError {
  return new ApiStatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

/** A string as Go's %q prints it, for the ASCII that names are made of. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
