import type { FieldSpec } from './field-spec.ts';
import type { Resource } from './resource.ts';
import { field, isMapping, setField } from './value.ts';

/** One of the annotations in which kustomize keeps its notes: whoever takes it away takes origins too. */
const MARK = 'internal.config.kubernetes.io/previousNames';

/** Puts an annotation where kustomize has some of its own, so that a patch meets what it meets there. */
export function markAnnotations(resource: Resource): boolean {
  const { previous, prefixes, suffixes, origin, transformations, needsHash, behavior } = resource;
  const noted = [previous, prefixes, suffixes, transformations].some((list) => list.length > 0);
  if (!noted && origin === undefined && !needsHash && behavior === undefined) return false;
  const metadata = resource.metadata();
  const annotations = field(metadata, 'annotations');
  if (isMapping(annotations)) setField(annotations, MARK, '');
  else setField(metadata, 'annotations', { [MARK]: '' });
  return true;
}

/**
 * Runs a transformer that goes by field specs with kustomize's own annotations in place where a spec names annotations as a
 * whole: of a resource of which kustomize keeps notes it finds some where none are written.
 */
export function withAnnotations(resources: readonly Resource[], specs: readonly FieldSpec[], run: () => void): void {
  const marked = specs.some(({ path }) => path === 'metadata/annotations') ? resources.filter(markAnnotations) : [];
  run();
  for (const resource of marked) takeMark(resource);
}

/** Whether the mark is still there; it is taken away. */
export function takeMark(resource: Resource): boolean {
  const metadata = field(resource.object, 'metadata');
  const annotations = isMapping(metadata) ? field(metadata, 'annotations') : undefined;
  if (!isMapping(metadata) || !isMapping(annotations) || field(annotations, MARK) === undefined) return false;
  setField(annotations, MARK, undefined);
  if (Object.keys(annotations).length === 0) setField(metadata, 'annotations', undefined);
  return true;
}
