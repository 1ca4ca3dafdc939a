import { formatRef, getKey, isJsonObject, setKey, type JsonObject, type JsonValue } from '@capstan/object';
import { stringify } from '@capstan/yaml';
import { createTwoFilesPatch } from 'diff';
import { plainText } from '../command-line/plain-text.ts';
import type { ObjectChange } from './compare-state.ts';

const CONTEXT_LINES = 3;

/** A change as a unified diff of YAML, with a line that says what it is. Values of Secrets are never shown. */
export function changeText(change: ObjectChange): string {
  const title = `# ${change.change}: ${formatRef(change.ref)}\n`;
  if (change.before === undefined && change.after === undefined) return title;
  const { before, after } = masked(change);
  const name = formatRef(change.ref);
  const text = createTwoFilesPatch(
    before === undefined ? '/dev/null' : `cluster: ${name}`,
    after === undefined ? '/dev/null' : `wanted: ${name}`,
    before === undefined ? '' : stringify(before),
    after === undefined ? '' : stringify(after),
    undefined,
    undefined,
    { context: CONTEXT_LINES },
  );
  return plainText(title + text.slice(text.indexOf('\n') + 1));
}

/** Both sides of a change; of a Secret with marks in place of values, equal marks for equal values. */
export function masked({ ref, before, after }: ObjectChange): Pick<ObjectChange, 'before' | 'after'> {
  if (ref.group !== '' || ref.kind !== 'Secret') return { ...(before && { before }), ...(after && { after }) };
  const marks = new Map<string, string>();
  return {
    ...(before && { before: maskedSecret(before, marks) }),
    ...(after && { after: maskedSecret(after, marks) }),
  };
}

function maskedSecret(secret: JsonObject, marks: Map<string, string>): JsonObject {
  const result: Record<string, JsonValue> = { ...secret };
  for (const field of ['data', 'stringData']) {
    const values = getKey(secret, field);
    if (!isJsonObject(values)) continue;
    const hidden: Record<string, JsonValue> = {};
    for (const [key, value] of Object.entries(values)) setKey(hidden, key, markOf(JSON.stringify([key, value]), marks));
    result[field] = hidden;
  }
  return result;
}

function markOf(value: string, marks: Map<string, string>): string {
  const known = marks.get(value);
  if (known !== undefined) return known;
  const mark = `<hidden ${marks.size + 1}>`;
  marks.set(value, mark);
  return mark;
}
