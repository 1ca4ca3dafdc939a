import { CapstanError } from '@capstan/errors';
import { getKey, isJsonObject, type KubernetesObject } from '@capstan/object';

/** Whether a resource is one of those that are looked after. */
export type WatchSelector = (object: KubernetesObject) => boolean;

interface Requirement {
  readonly key: string;
  readonly isMet: (value: string | undefined) => boolean;
}

const KEY = String.raw`[A-Za-z0-9][-A-Za-z0-9_./]*`;
const forms: readonly (readonly [RegExp, (value: string) => Requirement['isMet']])[] = [
  [new RegExp(`^(${KEY}) +in +\\(([^()]*)\\)$`), (list) => (value) => value !== undefined && listed(list, value)],
  [new RegExp(`^(${KEY}) +notin +\\(([^()]*)\\)$`), (list) => (value) => value === undefined || !listed(list, value)],
  [new RegExp(`^(${KEY}) *!= *([-A-Za-z0-9_.]*)$`), (wanted) => (value) => value !== wanted],
  [new RegExp(`^(${KEY}) *==? *([-A-Za-z0-9_.]*)$`), (wanted) => (value) => value === wanted],
  [new RegExp(`^(${KEY})$`), () => (value) => value !== undefined],
  [new RegExp(`^! *(${KEY})$`), () => (value) => value === undefined],
];

/**
 * Reads a label selector in the form of kubectl's `-l`, as `--watch-label-selector` takes it; without one everything is
 * looked after. Throws SPEC_INVALID.
 */
export function watchSelector(text: string | undefined): WatchSelector {
  const parts = (text ?? '').split(/,(?![^()]*\))/).map((part) => part.trim());
  const requirements = parts.filter((part) => part !== '').map(requirementOf);
  return ({ metadata }) => {
    const labels = metadata['labels'];
    return requirements.every(({ key, isMet }) => {
      const value = isJsonObject(labels) ? getKey(labels, key) : undefined;
      return isMet(typeof value === 'string' ? value : undefined);
    });
  };
}

function requirementOf(part: string): Requirement {
  for (const [form, make] of forms) {
    const [, key, value = ''] = form.exec(part) ?? [];
    if (key !== undefined) return { key, isMet: make(value) };
  }
  throw new CapstanError('SPEC_INVALID', `${JSON.stringify(part)} is no requirement of a label selector`);
}

function listed(list: string, value: string): boolean {
  return list.split(',').some((entry) => entry.trim() === value);
}
