import { isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { objectAt, objectsAt, textAt } from './read.ts';

/** Whether labels fit a LabelSelector (`matchLabels`, `matchExpressions`); an empty one fits all, a missing one none. */
export function matchesSelector(selector: JsonValue | undefined, labels: JsonObject): boolean {
  if (!isJsonObject(selector)) return false;
  for (const [label, value] of Object.entries(objectAt(selector, 'matchLabels'))) {
    if (!Object.hasOwn(labels, label) || labels[label] !== value) return false;
  }
  return objectsAt(selector, 'matchExpressions').every((expression) => matchesExpression(expression, labels));
}

/** Whether labels have all of these. */
export function matchesLabels(wanted: JsonObject, labels: JsonObject): boolean {
  return Object.entries(wanted).every(([label, value]) => Object.hasOwn(labels, label) && labels[label] === value);
}

/** One expression of a selector; also those of node affinity, Gt and Lt included. */
export function matchesExpression(expression: JsonObject, labels: JsonObject): boolean {
  const key = textAt(expression, 'key');
  const found = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const list = expression['values'];
  const values: readonly JsonValue[] = Array.isArray(list) ? (list as readonly JsonValue[]) : [];
  switch (textAt(expression, 'operator')) {
    case 'In':
      return found !== undefined && values.includes(found);
    case 'NotIn':
      return found === undefined || !values.includes(found);
    case 'Exists':
      return found !== undefined;
    case 'DoesNotExist':
      return found === undefined;
    case 'Gt':
      return Number(found) > Number(values[0]);
    case 'Lt':
      return Number(found) < Number(values[0]);
    default:
      return false;
  }
}
