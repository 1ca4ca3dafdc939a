import { getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import type { TableColumn, TableShape } from '../registry/resource.ts';
import { objectAt, objectsAt, textAt } from '../simulate/read.ts';

/** The cells of a row. */
export type Cells = (object: KubernetesObject, now: Date) => readonly JsonValue[];

/**
 * A table from a line of columns: `Name Ready<integer> IP:1` (`:1` is shown with `-o wide` only; `_` is a blank;
 * the first column named Name holds the name).
 */
export function table(columns: string, cells: Cells): TableShape {
  return { columns: columns.split(' ').map(columnOf), cells };
}

function columnOf(text: string): TableColumn {
  const [, name = '', type, priority, format] = /^([^<:=]+)(?:<(\w+)>)?(?::(\d))?(?:=(\w+))?$/.exec(text) ?? [];
  return {
    name: name.replaceAll('_', ' '),
    type: type ?? 'string',
    format: format ?? (name === 'Name' ? 'name' : ''),
    description: '',
    priority: Number(priority ?? 0),
  };
}

export function nameCell(object: KubernetesObject): string {
  return textAt(object.metadata, 'name');
}

export function ageCell(object: KubernetesObject, now: Date): string {
  return since(textAt(object.metadata, 'creationTimestamp'), now);
}

/** The time that has passed since `time`, or `<unknown>`. */
export function since(time: string, now: Date): string {
  const from = Date.parse(time);
  return Number.isNaN(from) ? '<unknown>' : humanDuration(now.getTime() - from);
}

/** A duration in the two units that matter, as kubectl shows it. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 192) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.trunc(days / 365);
  return years < 8 ? two(years, 'y', days % 365, 'd') : `${years}y`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** Labels as `a=b,c=d`, sorted; `<none>` for none. */
export function labelsCell(labels: JsonObject): string {
  const list = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${String(textAt(labels, key))}`);
  return list.length === 0 ? '<none>' : list.join(',');
}

/** A LabelSelector as the text that selects the same. */
export function selectorCell(selector: JsonValue | undefined): string {
  if (!isJsonObject(selector)) return '<none>';
  const terms: [string, string][] = Object.entries(objectAt(selector, 'matchLabels')).map(([key]) => [
    key,
    `${key}=${textAt(selector, 'matchLabels', key)}`,
  ]);
  for (const expression of objectsAt(selector, 'matchExpressions')) {
    const key = textAt(expression, 'key');
    const values = getPath(expression, 'values');
    const list = Array.isArray(values) ? [...(values as readonly string[])].sort().join(',') : '';
    switch (textAt(expression, 'operator')) {
      case 'In':
        terms.push([key, `${key} in (${list})`]);
        break;
      case 'NotIn':
        terms.push([key, `${key} notin (${list})`]);
        break;
      case 'Exists':
        terms.push([key, key]);
        break;
      default:
        terms.push([key, `!${key}`]);
    }
  }
  if (terms.length === 0) return '<none>';
  return terms
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(',');
}

/** Names and images of a template's containers. */
export function containerCells(spec: JsonValue | undefined): readonly [string, string] {
  const containers = objectsAt(spec, 'containers');
  return [
    containers.map((each) => textAt(each, 'name')).join(','),
    containers.map((each) => textAt(each, 'image')).join(','),
  ];
}

/** A value as text, `otherwise` where it is missing. */
export function shown(value: JsonValue | undefined, otherwise: string): string {
  if (typeof value === 'string') return value === '' ? otherwise : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : otherwise;
}

/** A flag as Go prints it. */
export function flag(value: JsonValue | undefined): string {
  return value === true ? 'True' : 'False';
}
