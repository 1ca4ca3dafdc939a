import { fields, get, isLess, or, peek, text } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const FAILURES = ['Error', 'RolesMaxLimitReached', 'PolicyNotAllowed', 'RoleNameNotAvailable'];

/** Health of an Iamrole of iam-manager: its state, with the names that AWS gave. */
export const iamroleHealth: Check = (object) => {
  const state = peek(object, 'status', 'state');
  if (typeof state !== 'string' || (state !== 'Ready' && !FAILURES.includes(state))) {
    return progressing('Waiting for Iamrole to be reconciled');
  }
  const status = get(object, 'status');
  const [name, arn, id] = ['roleName', 'roleARN', 'roleID'].map((field) => or(get(status, field), '<none>'));
  if (state === 'Ready') return healthy(text`Role '${name}' exists with ARN '${arn}' and ID '${id}'.`);
  const { retryCount, errorDescription } = fields(status, 'retryCount', 'errorDescription');
  const retried = retryCount !== undefined && isLess(0, retryCount) ? text`(retry ${retryCount}) ` : '';
  const role = text`for role '${name}' with ARN '${arn}' and ID '${id}'.`;
  const error = errorDescription === undefined ? '' : text` Reconciliation error was: ${errorDescription}`;
  return degraded(`Failed to reconcile the Iamrole ${retried}${role}${error}`);
};
