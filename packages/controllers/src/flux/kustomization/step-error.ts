import { isCapstanError, messageOf, type CapstanError } from '@capstan/errors';
import type { ObjectRef } from '@capstan/object';
import { subjectOf } from './entries.ts';

/** A step of a Kustomization that failed: the reason and the message of its conditions, in Flux's words. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly reason: string;

  constructor(reason: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

/** What a refused dry-run is called (fluxcd/pkg/ssa's DryRunErr). */
export function dryRunMessage(ref: ObjectRef, error: unknown): string {
  const subject = subjectOf(ref);
  if (!isCapstanError(error)) return `${subject} dry-run failed: ${messageOf(error)}`;
  const said = serverWords(error);
  if (isCapstanError(error, 'KUBE_KIND_UNKNOWN', 'KUBE_NOT_FOUND')) {
    return ref.namespace === '' && isCapstanError(error, 'KUBE_KIND_UNKNOWN')
      ? `${subject} namespace not specified: ${said}`
      : `${subject} not found: ${said}`;
  }
  const reason = error.data['reason'];
  return `${subject} dry-run failed${typeof reason === 'string' && reason !== '' ? ` (${reason})` : ''}: ${said}`;
}

/** The server's own words, where it said any. */
export function serverWords(error: CapstanError): string {
  const said = error.data['message'];
  return typeof said === 'string' && said !== '' ? said : error.message;
}
