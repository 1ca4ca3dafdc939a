import { z } from 'zod';

// What zod's own types do not say of a Kubernetes field is put into their metadata, under a key of ours, for
// `structuralSchema` to read.

/** A 64-bit integer: a number, or a bigint beyond ±2⁵³. */
export function int64(bounds: { readonly minimum?: number } = {}) {
  return z.union([z.int(), z.bigint()]).meta({ 'x-capstan-scalar': { type: 'integer', format: 'int64', ...bounds } });
}

/** An RFC 3339 time, as text. */
export function dateTime() {
  return z.string().meta({ 'x-capstan-scalar': { type: 'string', format: 'date-time' } });
}

/** A number or a text such as `25%`. */
export function intOrString() {
  return z.union([z.int(), z.string()]).meta({
    'x-capstan-scalar': { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
  });
}

/** A mapping of anything, kept whole. */
export function anyObject() {
  return z
    .looseObject({})
    .meta({ 'x-capstan-scalar': { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } });
}

/** A Go duration of hours down to milliseconds, as Flux's CRDs have it: `1h30m`. */
export function duration() {
  return z.string().regex(/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/);
}

/** A Go duration of at most minutes. */
export function shortDuration() {
  return z.string().regex(/^([0-9]+(\.[0-9]+)?(ms|s|m))+$/);
}

/** A reference to something by its name alone. */
export const LocalReference = z.looseObject({ name: z.string() });
