import { policyAncestors } from '../policy-ancestors.ts';
import { healthy, type Check } from '../verdict.ts';

const byAncestors = policyAncestors({ needsGeneration: true, needsAccepted: true });

/** Health of the objects of Airlock Microgateway: only its policies have more to tell than that they are there. */
export const anyKindHealth: Check = (object) =>
  object.kind.endsWith('Policy') ? byAncestors(object) : healthy(`${object.kind} is healthy`);
