import { encodeJson, getKey, isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '@capstan/object';
import { metaText } from '../registry/metadata.ts';
import type { TableColumn, TableShape } from '../registry/resource.ts';
import { jsonPathReader } from './json-path.ts';

const NAME: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object.',
  priority: 0,
};
const AGE: TableColumn = {
  name: 'Age',
  type: 'date',
  format: '',
  description: 'Time since the object was created.',
  priority: 0,
};

/** How the objects of a CRD's version are shown: by its printer columns, or by their age. */
export function customTable(version: JsonObject): TableShape {
  const given = getKey(version, 'additionalPrinterColumns');
  const columns = Array.isArray(given) ? (given as JsonArray).filter(isJsonObject) : [];
  if (columns.length === 0) {
    return {
      columns: [NAME, AGE],
      cells: (object, now) => [metaText(object, 'name'), age(metaText(object, 'creationTimestamp'), now)],
    };
  }
  const readers = columns.map((column) => ({
    type: text(column, 'type'),
    read: jsonPathReader(text(column, 'jsonPath')),
  }));
  return {
    columns: [NAME, ...columns.map(columnOf)],
    cells: (object, now) => [
      metaText(object, 'name'),
      ...readers.map(({ type, read }) => cell(type, read(object), now)),
    ],
  };
}

function columnOf(column: JsonObject): TableColumn {
  const priority = getKey(column, 'priority');
  const jsonPath = text(column, 'jsonPath');
  return {
    name: text(column, 'name'),
    type: text(column, 'type'),
    format: text(column, 'format'),
    description: text(column, 'description') || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority: typeof priority === 'number' ? priority : 0,
  };
}

function cell(type: string, found: readonly JsonValue[], now: Date): JsonValue {
  const [value] = found;
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'date':
      return typeof value === 'string' ? age(value, now) : null;
    case 'integer':
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    default:
      return found.map(shown).join(',');
  }
}

function shown(value: JsonValue): string {
  return typeof value === 'string' ? value : encodeJson(value, { escapeHtml: false });
}

function text(object: JsonObject, key: string): string {
  const value = getKey(object, key);
  return typeof value === 'string' ? value : '';
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Time since then, in the two most telling units, as kubectl shows it: `5m12s`, `3h`, `42d`. */
export function age(since: string, now: Date): string {
  const start = Date.parse(since);
  if (since === '' || Number.isNaN(start)) return '<unknown>';
  const seconds = Math.floor((now.getTime() - start) / 1000);
  if (seconds < 0) return seconds > -2 ? '0s' : '<invalid>';
  const pair = (big: number, unit: string, small: number, smallUnit: string): string => {
    const rest = Math.floor((seconds % big) / small);
    return `${Math.floor(seconds / big)}${unit}${rest === 0 ? '' : `${rest}${smallUnit}`}`;
  };
  if (seconds < 2 * MINUTE) return `${seconds}s`;
  if (seconds < 10 * MINUTE) return pair(MINUTE, 'm', 1, 's');
  if (seconds < 3 * HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < 8 * HOUR) return pair(HOUR, 'h', MINUTE, 'm');
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`;
  if (seconds < 8 * DAY) return pair(DAY, 'd', HOUR, 'h');
  if (seconds < 2 * YEAR) return `${Math.floor(seconds / DAY)}d`;
  if (seconds < 8 * YEAR) return pair(YEAR, 'y', DAY, 'd');
  return `${Math.floor(seconds / YEAR)}y`;
}
