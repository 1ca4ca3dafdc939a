import { generationOf } from '../generation.ts';
import { fields, get, list, peek, text, type Value } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

function messagesOf(compliancy: Value): readonly string[] {
  const conditions = get(compliancy, 'conditions');
  if (conditions === undefined) return [];
  return list(conditions).flatMap((condition) => {
    const { type, message } = fields(condition, 'type', 'message');
    return type === undefined || message === undefined ? [] : [text`${type} - ${message}`];
  });
}

/** Health of a ConfigurationPolicy: compliant or not, with every cluster's messages. */
export const configurationPolicyHealth: Check = (object) => {
  const compliant = peek(object, 'status', 'compliant');
  if (compliant === undefined) return progressing('Waiting for the status to be reported');
  if (get(object, 'status', 'lastEvaluatedGeneration') !== generationOf(object)) {
    return progressing('Waiting for the status to be updated');
  }
  const details = get(object, 'status', 'compliancyDetails');
  if (details === undefined) return progressing('Waiting for compliance');
  const message = list(details).flatMap(messagesOf).join('; ');
  return compliant === 'Compliant' ? healthy(message) : degraded(message);
};
