import { isJsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';

/**
 * Who wrote an object last, other than `self`, as far as its managed fields tell; status does not count. Undefined where
 * nobody else has: a deletion leaves no trace.
 */
export function lastManagerOf(live: KubernetesObject, self: string): string | undefined {
  const fields = live.metadata['managedFields'];
  if (!Array.isArray(fields)) return undefined;
  let last: { readonly manager: string; readonly time: string } | undefined;
  for (const entry of fields as readonly JsonValue[]) {
    if (!isJsonObject(entry) || entry['subresource'] === 'status') continue;
    const { manager, time } = entry;
    if (typeof manager !== 'string' || manager === self) continue;
    const at = typeof time === 'string' ? time : '';
    if (last === undefined || at >= last.time) last = { manager, time: at };
  }
  return last?.manager;
}
