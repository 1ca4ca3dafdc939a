import { peek } from '../value.ts';
import { healthy, progressing, suspended, type Check } from '../verdict.ts';

/** Health of an Astra ExecHook: whether it is enabled. */
export const execHookHealth: Check = (object) => {
  const enabled = peek(object, 'spec', 'enabled');
  if (enabled === true) return healthy(`${object.kind} enabled`);
  return enabled === false ? suspended(`${object.kind} disabled`) : progressing('No status available');
};
