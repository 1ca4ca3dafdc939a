import { firstCondition, on, type Say } from '../conditions.ts';
import { get, text } from '../value.ts';
import { progressing, type Check } from '../verdict.ts';

const protection: Say = (_condition, object) =>
  text`Astra Application Ready, protectionState: ${get(object, 'status', 'protectionState')}`;
const trouble: Say = (condition) => text`Astra Application Degraded, message: ${get(condition, 'message')}`;

/** Health of an Application of astra.netapp.io. */
export const applicationHealth: Check = firstCondition(
  [on('Ready', 'True', 'Healthy', protection), on('Ready', 'False', 'Degraded', trouble)],
  progressing('No status available'),
);
