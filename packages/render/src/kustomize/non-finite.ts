import { invalid } from './problem.ts';
import type { Resource } from './resource.ts';
import type { Value } from './value.ts';

/** Whether any number without a JSON form has been read: as long as not, results need not be searched for them. */
let anyRead = false;

/** Notes that a number has been read which has no JSON form; kustomize minds it only where it is printed. */
export function noteNonFinite(value: number): void {
  if (!Number.isFinite(value)) anyRead = true;
}

/** Throws RENDER_INVALID where an object holds a number that has no JSON form. */
export function refuseNonFinite(resources: readonly Resource[]): void {
  if (!anyRead) return;
  for (const { object, place, kind, name } of resources) {
    const path = pathOf(object);
    if (path === undefined) continue;
    const { line } = place;
    throw invalid(
      `${place.path}${line === undefined ? '' : `:${line}`}: ${path.join('.')} of ${kind} ${name} is no finite number and has no JSON form; quote it or give a finite number`,
      { path: place.path, field: path.join('.'), ...(line === undefined ? {} : { line }) },
    );
  }
}

function pathOf(value: Value): readonly string[] | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : [];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const below = pathOf(item);
    if (below !== undefined) return [key, ...below];
  }
  return undefined;
}
