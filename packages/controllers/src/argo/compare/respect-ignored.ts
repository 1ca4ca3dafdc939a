import { keepIgnored } from '@capstan/diff';
import type { KubernetesObject } from '@capstan/object';
import { comparedPair } from './compared-pair.ts';
import type { CompareContext } from './compare-object.ts';
import type { ManagedObject } from './comparison.ts';

/**
 * Objects whose ignored fields are wanted as they are live, so that a sync does not touch them
 * (`RespectIgnoreDifferences=true`). Throws PATCH_INVALID and EXPRESSION_INVALID.
 */
export async function respectIgnored(
  managed: readonly ManagedObject[],
  context: CompareContext,
): Promise<readonly ManagedObject[]> {
  const rules = context.rules();
  const result: ManagedObject[] = [];
  for (const object of managed) {
    const { target, live } = object;
    if (target === undefined || live === undefined || rules.ignore.of(target.ref) === undefined) {
      result.push(object);
      continue;
    }
    const compared = await comparedPair(target, live, rules, context.cluster, context.signal);
    const kept = keepIgnored({ desired: target.object, live: withoutBirth(live) }, compared, target.rules?.merge);
    result.push({ ...object, target: { ...target, object: kept } });
  }
  return result;
}

/** What is left out of every comparison is not ignored for the Application's sake: it stays out of what is applied. */
function withoutBirth(live: KubernetesObject): KubernetesObject {
  const { creationTimestamp: _created, ...metadata } = live.metadata;
  return { ...live, metadata };
}
