import { compareUtf8 } from '../json/compare-utf8.ts';
import { identifierOf, secondsOf, type ManagedFields, type ManagerIdentity } from './managed-entries.ts';

/** How many managers that update (rather than apply) an object keeps apart, as Kubernetes does. */
export const MAX_UPDATE_MANAGERS = 10;

const OLD_UPDATES = 'ancient-changes';

/**
 * Joins the oldest entries of updaters into one for each API version, called `ancient-changes`, until no more than
 * `MAX_UPDATE_MANAGERS` are left.
 */
export function capUpdateManagers(managed: ManagedFields): ManagedFields {
  const updaters = [...managed.managers].filter(([, { applied }]) => !applied).map(([id]) => id);
  let surplus = updaters.length - MAX_UPDATE_MANAGERS;
  if (surplus <= 0) return managed;
  const timeOf = (id: string): string | undefined => managed.records.get(id)?.time;
  updaters.sort((left, right) => secondsOf(timeOf(left)) - secondsOf(timeOf(right)) || compareUtf8(left, right));
  const managers = new Map(managed.managers);
  const records = new Map(managed.records);
  const firstOfVersion = new Map<string, string>();
  for (const id of updaters) {
    if (surplus <= 0) break;
    const owned = managers.get(id);
    if (owned === undefined) continue;
    const first = firstOfVersion.get(owned.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(owned.apiVersion, id);
      continue;
    }
    const identity: ManagerIdentity = {
      manager: OLD_UPDATES,
      operation: 'Update',
      apiVersion: owned.apiVersion,
      subresource: '',
    };
    const bucket = identifierOf(identity);
    const before = managers.get(bucket) ?? managers.get(first);
    if (!managers.has(bucket)) managers.delete(first);
    managers.set(bucket, before === undefined ? owned : { ...owned, set: owned.set.union(before.set) });
    if (id !== bucket) managers.delete(id);
    records.set(bucket, { identity, time: timeOf(id) });
    surplus--;
  }
  return { managers, records };
}
