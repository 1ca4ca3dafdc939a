import { isCapstanError, type CapstanError } from '@capstan/errors';

/**
 * Whether the server refused an update because a field cannot change, so that only deleting and creating anew helps. The
 * server has no reason of its own for it: `Invalid` and `Conflict` are taken for it, as kubectl and Flux do, and words of
 * admission webhooks and CEL rules.
 */
export function isImmutableRefusal(error: unknown): error is CapstanError {
  if (isCapstanError(error, 'KUBE_INVALID', 'KUBE_CONFLICT')) return true;
  return (
    isCapstanError(error, 'KUBE_REFUSED', 'KUBE_FORBIDDEN') && /is\simmutable|immutable\sfield/.test(error.message)
  );
}
