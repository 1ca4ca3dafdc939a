import { isJsonObject, setKey, type JsonArray, type JsonObject, type JsonValue } from '@capstan/object';

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
/** An age as a Table shows it. */
const AGE = /^\d+[smhd](\d+[smh])?$/;
/** A signed token, plain or as a Secret's data. */
const TOKEN = /\beyJ[\w-]+\.[\w-]+\.[\w-]+|^ZXlK[\w+/=]+$/g;
const ADDRESS = /\b10\.0\.\d+\.\d+\b/g;

/** Keys whose lists come in no order. */
const UNORDERED = new Set(['resourceRules', 'nonResourceRules']);

/** Keys whose values are the cluster's own numbers. */
const REVISIONS = new Set(['resourceVersion', 'continue']);

/**
 * Replaces what differs between any two runs by stable names: identifiers, revisions, times, addresses, generated
 * names. Managed fields come in the order of manager, operation and subresource: their times are only whole seconds.
 */
export class Normaliser {
  readonly #uids = new Map<string, string>();
  readonly #revisions = new Map<string, string>();

  normalise(value: JsonValue, key = ''): JsonValue {
    if (typeof value === 'string') return this.#text(value, key);
    if (Array.isArray(value)) {
      const list = (value as JsonArray).map((item) => this.normalise(item));
      if (key === 'cells') return list.map((cell) => (typeof cell === 'string' ? cell.replace(AGE, '<age>') : cell));
      if (UNORDERED.has(key)) return list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      return key === 'managedFields' ? list.sort(byIdentity) : list;
    }
    if (!isJsonObject(value)) return value;
    if (value['kind'] === 'Status') return this.#mapping(sortedCauses(value));
    if (value['kind'] === 'Table') return this.#mapping(withoutDescriptions(value));
    return this.#mapping(value);
  }

  #mapping(value: JsonObject): JsonObject {
    const result: Record<string, JsonValue> = {};
    for (const name of Object.keys(value).sort()) {
      setKey(result, this.#uidsIn(name), this.normalise(value[name] ?? null, name));
    }
    const base = result['generateName'];
    if (typeof base === 'string' && typeof result['name'] === 'string' && result['name'].startsWith(base)) {
      setKey(result, 'name', `${base}<suffix>`);
    }
    return result;
  }

  #uidsIn(text: string): string {
    return text.replace(UID, (uid) => named(this.#uids, uid, 'uid'));
  }

  #text(value: string, key: string): string {
    if (key === 'ca.crt') return '<ca>';
    if (REVISIONS.has(key) && value !== '') return named(this.#revisions, value, 'revision');
    return this.#uidsIn(value)
      .replace(TOKEN, '<token>')
      .replace(TIME, '<time>')
      .replace(ADDRESS, '<address>')
      .replace(/(too old resource version: )\d+ \(\d+\)/, '$1<old> (<from>)')
      .replace(/(Too large resource version: )\d+, current: \d+/, '$1<wanted>, current: <current>')
      .replace(/Invalid value: "\{\\".*\}": /s, 'Invalid value: <object>: ')
      .replace(/(in record \()\d+\)/, '$1<actual>)');
  }
}

/** Several causes come in no order: sorted in the list, and in the message's brackets not compared again. */
function sortedCauses(status: JsonObject): JsonObject {
  const details = status['details'];
  const causes = isJsonObject(details) ? details['causes'] : undefined;
  if (!isJsonObject(details) || !Array.isArray(causes) || causes.length < 2) return status;
  const sorted = [...new Set((causes as JsonArray).map((cause) => JSON.stringify(cause)))].sort();
  const list = sorted.map((cause) => JSON.parse(cause) as JsonValue);
  const message = status['message'];
  return {
    ...status,
    message: typeof message === 'string' ? message.replace(/ is invalid: \[.*\]$/s, ' is invalid: [<causes>]') : '',
    details: { ...details, causes: list },
  };
}

/** What a column means is said in words of our own. */
function withoutDescriptions(table: JsonObject): JsonObject {
  const columns = table['columnDefinitions'];
  if (!Array.isArray(columns)) return table;
  const plain = (columns as JsonArray).map((column) =>
    isJsonObject(column) ? Object.fromEntries(Object.entries(column).filter(([key]) => key !== 'description')) : column,
  );
  return { ...table, columnDefinitions: plain };
}

function named(names: Map<string, string>, value: string, kind: string): string {
  const known = names.get(value) ?? `<${kind} ${names.size + 1}>`;
  names.set(value, known);
  return known;
}

function byIdentity(a: JsonValue, b: JsonValue): number {
  const left = identity(a);
  const right = identity(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function identity(entry: JsonValue): string {
  if (!isJsonObject(entry)) return '';
  const { manager, operation, subresource } = entry;
  return JSON.stringify([manager ?? '', operation ?? '', subresource ?? '']);
}
