import { isCapstanError } from '@capstan/errors';
import {
  encodeJson,
  getPath,
  isJsonObject,
  LAST_APPLIED_ANNOTATION,
  parseJson,
  setKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { normalizeSecret } from './normalize-secret.ts';

const MASK = '++++++++';
const NEXT = '++++';

/** A Secret as Git wants it and as it is, without what it keeps secret. */
export interface HiddenSecrets {
  readonly target: KubernetesObject | undefined;
  readonly live: KubernetesObject | undefined;
}

/**
 * Puts plus signs for all values of a Secret's data, and for the annotations named in `hidden`: on both sides, and in
 * what the last-applied annotation of each repeats. Values that are equal get equally many signs, different ones
 * different numbers, so that a comparison still tells which keys differ. What cannot be read is hidden as a whole. With
 * the last-applied annotation itself in `hidden`, nothing of it is shown.
 */
export function hideSecretData(
  target: KubernetesObject | undefined,
  live: KubernetesObject | undefined,
  hidden: ReadonlySet<string> = new Set(),
): HiddenSecrets {
  const sides = { target: sideOf(target), live: sideOf(live) };
  // In this order the masks grow: what Git wants comes first.
  const parts = [sides.target?.own, sides.live?.own, sides.target?.last, sides.live?.last].filter(
    (part) => part !== undefined,
  );
  hide(
    parts.map((part) => part.data),
    undefined,
  );
  hide(
    parts.map((part) => part.annotations),
    hidden,
  );
  return { target: shown(sides.target, hidden), live: shown(sides.live, hidden) };
}

type Values = Record<string, JsonValue>;

/** A Secret under masking; `data` and `annotations` are copies to be written into. */
interface Part {
  readonly rest: JsonObject;
  readonly data: Values | undefined;
  readonly annotations: Values | undefined;
}

interface Side {
  readonly own: Part;
  readonly last: Part | undefined;
  readonly hasUnreadableLast: boolean;
  readonly like: KubernetesObject;
}

function sideOf(object: KubernetesObject | undefined): Side | undefined {
  if (object === undefined) return undefined;
  const text = getPath(object.metadata, 'annotations', LAST_APPLIED_ANNOTATION);
  const last = text === undefined ? undefined : lastOf(text);
  return {
    own: partOf(object),
    last: last === undefined ? undefined : partOf(last),
    hasUnreadableLast: text !== undefined && last === undefined,
    like: object,
  };
}

/** What was applied last, a mapping with a kind; anything else is not read but hidden. */
function lastOf(text: JsonValue): JsonObject | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value = parseJson(text, { where: LAST_APPLIED_ANNOTATION });
    return isJsonObject(value) && typeof value['kind'] === 'string' ? value : undefined;
  } catch (error) {
    if (isCapstanError(error, 'JSON_INVALID')) return undefined;
    throw error;
  }
}

function partOf(object: JsonObject): Part {
  const rest = normalizeSecret(object);
  return { rest, data: copyOf(rest['data']), annotations: copyOf(getPath(rest, 'metadata', 'annotations')) };
}

function copyOf(value: JsonValue | undefined): Values | undefined {
  if (!isJsonObject(value)) return undefined;
  const copy: Values = {};
  for (const [key, each] of Object.entries(value)) setKey(copy, key, each);
  return copy;
}

/** Masks the values of each key, or of the named keys only, alike where they are equal. */
function hide(all: readonly (Values | undefined)[], only: ReadonlySet<string> | undefined): void {
  const maps = all.filter((map) => map !== undefined);
  const keys = new Set(maps.flatMap((map) => Object.keys(map)));
  for (const key of keys) {
    if (only !== undefined && !only.has(key)) continue;
    const masks = new Map<string, string>();
    for (const map of maps) {
      if (!Object.hasOwn(map, key)) continue;
      const identity = encodeJson(map[key] ?? '');
      const mask = masks.get(identity) ?? MASK + NEXT.repeat(masks.size);
      masks.set(identity, mask);
      setKey(map, key, mask);
    }
  }
}

function shown(side: Side | undefined, hidden: ReadonlySet<string>): KubernetesObject | undefined {
  if (side === undefined) return undefined;
  const { own, last, like } = side;
  const annotations = own.annotations;
  if (annotations !== undefined && (last !== undefined || side.hasUnreadableLast)) {
    const isHidden = last === undefined || hidden.has(LAST_APPLIED_ANNOTATION);
    annotations[LAST_APPLIED_ANNOTATION] = isHidden ? MASK : encodeJson(assembled(last));
  }
  const { apiVersion, kind } = like;
  const result = assembled(own);
  return { ...result, apiVersion, kind, metadata: isJsonObject(result['metadata']) ? result['metadata'] : {} };
}

function assembled(part: Part): JsonObject {
  const result: Values = { ...part.rest };
  for (const field of ['data', 'stringData'] as const) {
    // Null shows nothing; anything else that is no mapping might.
    const value = part.rest[field];
    if (value !== undefined && value !== null) result[field] = MASK;
  }
  if (part.data !== undefined) result['data'] = part.data;
  const { metadata } = part.rest;
  if (isJsonObject(metadata) && part.annotations !== undefined)
    result['metadata'] = { ...metadata, annotations: part.annotations };
  return result;
}
