import { conditionsOf } from './conditions.ts';
import { entries, get, peek, type Value } from './value.ts';
import { degraded, healthy, progressing, type Check } from './verdict.ts';

/** What the objects of a family of Crossplane providers tell. */
export interface ProviderFamily {
  /** Kinds that stay without a status. */
  readonly withoutStatus: readonly string[];
  /** Types of conditions that tell, while True, that the object is ready. */
  readonly readyTypes: readonly string[];
}

const IN_USE_KINDS: readonly string[] = ['ProviderConfig', 'ClusterProviderConfig'];
const UP_TO_DATE = 'Resource is up-to-date.';

/** An object of any kind of a Crossplane provider: what fails to sync is Degraded, what is ready Healthy. */
export function crossplaneProvider({ withoutStatus, readyTypes }: ProviderFamily): Check {
  return (object) => {
    const status = get(object, 'status');
    if (status === undefined) return healthy(UP_TO_DATE);
    const isEmpty = entries(status).length === 0;
    if (isEmpty && withoutStatus.includes(object.kind)) return healthy(UP_TO_DATE);
    const conditions = isEmpty ? undefined : conditionsOf(object);
    if (conditions === undefined) {
      const isUsed = IN_USE_KINDS.includes(object.kind) && peek(status, 'users') !== undefined;
      return isUsed ? healthy('Resource is in use.') : progressing('Provisioning ...');
    }
    return byConditions(conditions, readyTypes);
  };
}

function byConditions(conditions: readonly Value[], readyTypes: readonly string[]) {
  let isReady = false;
  for (const condition of conditions) {
    const type = get(condition, 'type');
    const status = get(condition, 'status');
    if ((type === 'LastAsyncOperation' || type === 'Synced') && status === 'False') {
      return degraded(get(condition, 'message'));
    }
    if (typeof type === 'string' && readyTypes.includes(type) && status === 'True') isReady = true;
  }
  return isReady ? healthy(UP_TO_DATE) : progressing('Provisioning ...');
}
