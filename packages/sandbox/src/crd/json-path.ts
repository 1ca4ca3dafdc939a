import { getKey, isJsonObject, type JsonArray, type JsonValue } from '@capstan/object';

type Step =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'where'; readonly path: readonly string[]; readonly equals: string };

/** Longest path that is read, in characters. */
const MAX_LENGTH = 1024;

/** Finds the values of a printer column's path, as `.spec.ports[0].name` or `.status.conditions[?(@.type=="Ready")].status`. */
export function jsonPathReader(path: string): (value: JsonValue) => readonly JsonValue[] {
  const steps = path.length > MAX_LENGTH ? [] : readSteps(path);
  return (value) => {
    let found: readonly JsonValue[] = [value];
    for (const step of steps) found = found.flatMap((entry) => follow(step, entry));
    return found;
  };
}

/** The keys of a path without lists, as `.spec.replicas`. */
export function simplePath(path: string): readonly string[] {
  return readSteps(path).flatMap((step) => (step.kind === 'key' ? [step.key] : []));
}

const STEP =
  /\.?\[\?\(\s*@\.([\w.\\-]+)\s*==\s*(?:"([^"]*)"|'([^']*)'|([^\s)]+))\s*\)\]|\.?\[(\*|-?\d+)\]|\.?\['((?:[^'\\]|\\.)*)'\]|\.((?:[^.[\\]|\\.)+)/gy;

function readSteps(path: string): readonly Step[] {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  for (let match = STEP.exec(path); match !== null; match = STEP.exec(path)) {
    const [, where, double, single, bare, index, quoted, key] = match;
    if (where !== undefined) {
      steps.push({ kind: 'where', path: where.split('.'), equals: double ?? single ?? bare ?? '' });
    } else if (index !== undefined) {
      steps.push(index === '*' ? { kind: 'all' } : { kind: 'index', index: Number(index) });
    } else {
      const name = (quoted ?? key ?? '').replace(/\\(.)/g, '$1');
      steps.push(name === '*' ? { kind: 'all' } : { kind: 'key', key: name });
    }
    if (STEP.lastIndex >= path.length) break;
  }
  return steps;
}

function follow(step: Step, value: JsonValue): readonly JsonValue[] {
  const list: JsonArray | undefined = Array.isArray(value) ? (value as JsonArray) : undefined;
  switch (step.kind) {
    case 'key': {
      const found = isJsonObject(value) ? getKey(value, step.key) : undefined;
      return found === undefined ? [] : [found];
    }
    case 'index': {
      const found = list?.at(step.index);
      return found === undefined ? [] : [found];
    }
    case 'all':
      return list ?? (isJsonObject(value) ? Object.values(value) : []);
    case 'where':
      return (list ?? []).filter((item) => fieldText(item, step.path) === step.equals);
  }
}

function fieldText(value: JsonValue, path: readonly string[]): string | undefined {
  let at: JsonValue | undefined = value;
  for (const key of path) at = isJsonObject(at) ? getKey(at, key) : undefined;
  return typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean' ? String(at) : undefined;
}
