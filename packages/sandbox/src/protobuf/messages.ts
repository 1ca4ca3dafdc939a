import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { packedMessages } from './generated/messages.ts';

/** A field of a message: its JSON name ('' where the message's fields stand in the parent), type and label. */
export interface MessageField {
  readonly name: string;
  /** A scalar's name, or a message's full name. */
  readonly type: string;
  readonly label: 'one' | 'many' | 'map';
}

/** A message's fields by number. */
export type Message = ReadonlyMap<number, MessageField>;

type PackedField = readonly [id: number, name: string, type: string, label: 0 | 1 | 2];

interface Packed {
  readonly kinds: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, readonly PackedField[]>>;
}

const LABELS = ['one', 'many', 'map'] as const;

let packed: Packed | undefined;
const known = new Map<string, Message>();

function load(): Packed {
  packed ??= JSON.parse(gunzipSync(Buffer.from(packedMessages, 'base64')).toString('utf8')) as Packed;
  return packed;
}

/** The message's fields; undefined for a scalar or a message that is not known. */
export function messageOf(name: string): Message | undefined {
  const found = known.get(name);
  if (found !== undefined) return found;
  const { messages } = load();
  const fields = Object.hasOwn(messages, name) ? messages[name] : undefined;
  if (fields === undefined) return undefined;
  const message = new Map(
    fields.map(([id, field, type, label]) => [id, { name: field, type, label: LABELS[label] }] as const),
  );
  known.set(name, message);
  return message;
}

/** The message that a kind is; undefined for a kind that is not built in. */
export function messageOfKind(apiVersion: string, kind: string): string | undefined {
  const { kinds } = load();
  const key = `${apiVersion} ${kind}`;
  return Object.hasOwn(kinds, key) ? kinds[key] : undefined;
}
