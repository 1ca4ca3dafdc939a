import { on, ownOr } from '../conditions.ts';
import { peek } from '../value.ts';
import { suspended, type Check } from '../verdict.ts';
import { capability } from './capability.ts';

const isReady = on('Ready', 'True', 'Healthy', '3scale Application is ready');
const isNot = on('Ready', { not: 'True' }, 'Degraded', ownOr('3scale Application is not ready'));
const whileNew = capability('Application', [isReady, isNot]);
const onceMade = capability('Application', [isReady]);

/** Health of a 3scale Application: not being ready counts only until it has an id. */
export const applicationHealth: Check = (object) => {
  if (peek(object, 'status', 'state') === 'suspended') return suspended('3scale Application is suspended');
  const id = peek(object, 'status', 'adminId');
  return typeof id === 'number' && id > 0 ? onceMade(object) : whileNew(object);
};
