import { on } from '../conditions.ts';
import { peek } from '../value.ts';
import { suspended, type Check } from '../verdict.ts';
import { capability, whileTrue } from './capability.ts';

const byConditions = capability('DeveloperUser', [
  on('Ready', 'True', 'Healthy', '3scale DeveloperUser is ready'),
  whileTrue('Invalid', 'Degraded', '3scale DeveloperUser configuration is invalid'),
  whileTrue('Orphan', 'Degraded', '3scale DeveloperUser references non-existing resources'),
  whileTrue('Failed', 'Degraded', '3scale DeveloperUser synchronization failed'),
]);

/** Health of a DeveloperUser of capabilities.3scale.net. */
export const developerUserHealth: Check = (object) =>
  peek(object, 'status', 'developerUserState') === 'suspended'
    ? suspended('3scale Developer user is waiting for admin approval')
    : byConditions(object);
