import type { Clock } from '../clock.ts';
import { eventKey, regardingKey, similarKey } from './event-key.ts';
import type { EventInput } from './event-recorder.ts';

/** What became of an event: dropped, or to be written, as a new one or as one more of an earlier one. */
export type Correlated =
  { readonly kind: 'dropped' } | { readonly kind: 'write'; readonly key: string; readonly event: EventInput };

/** client-go's numbers (tools/record/events_cache.go). */
const SIMILAR_LIMIT = 10;
const SIMILAR_WINDOW_MS = 600_000;
const BURST = 25;
const REFILL_MS = 300_000;
const MAX_ENTRIES = 4096;

/** Thins out events as client-go does: a rate for each object, and similar ones gathered into one. */
export interface Correlator {
  correlate(event: EventInput): Correlated;
}

/** Makes a correlator. What it remembers is bounded. */
export function correlator(clock: Clock): Correlator {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const groups = new Map<string, { readonly messages: Set<string>; at: number }>();

  const spend = (key: string): boolean => {
    const now = clock.monotonic();
    const bucket = recent(buckets, key) ?? { tokens: BURST, at: now };
    bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / REFILL_MS);
    bucket.at = now;
    remember(buckets, key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };

  const isCrowd = (event: EventInput): boolean => {
    const now = clock.monotonic();
    const key = similarKey(event);
    const known = recent(groups, key);
    const group =
      known === undefined || now - known.at > SIMILAR_WINDOW_MS ? { messages: new Set<string>(), at: now } : known;
    group.at = now;
    // One beyond the limit is enough to know.
    if (group.messages.size < SIMILAR_LIMIT) group.messages.add(event.message);
    remember(groups, key, group);
    return group.messages.size >= SIMILAR_LIMIT;
  };

  return {
    correlate: (event) => {
      const crowd = isCrowd(event);
      const kept = crowd ? { ...event, message: `(combined from similar events): ${event.message}` } : event;
      if (!spend(regardingKey(event))) return { kind: 'dropped' };
      return { kind: 'write', key: crowd ? similarKey(event) : eventKey(event), event: kept };
    },
  };
}

/** Looks an entry up and makes it the most recent one. */
export function recent<Value>(map: Map<string, Value>, key: string): Value | undefined {
  const value = map.get(key);
  if (value !== undefined) {
    map.delete(key);
    map.set(key, value);
  }
  return value;
}

/** Puts an entry in, and the one that was used least recently out where there are too many. */
export function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  if (map.size <= MAX_ENTRIES) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
