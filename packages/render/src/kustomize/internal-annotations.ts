import type { FieldSpec } from './field-spec.ts';
import type { Resource } from './resource.ts';
import { field, isMapping, setField } from './value.ts';

const DOMAIN = 'internal.config.kubernetes.io/';
const OWN = new Set(
  [
    ...['previousKinds', 'previousNames', 'previousNamespaces', 'prefixes', 'suffixes'],
    ...['needsHashSuffix', 'generatorBehavior', 'origin'],
  ].map((name) => DOMAIN + name),
);

/** The annotations in which kustomize keeps its notes of a resource; origins, of which only it knows the place, as an empty one. */
function notesOf(resource: Resource): Readonly<Record<string, string>> {
  const { previous, prefixes, suffixes, origin, transformations, needsHash, behavior } = resource;
  const joined = (texts: readonly string[]) => (texts.length === 0 ? undefined : texts.join(','));
  const notes = {
    previousKinds: joined(previous.map(({ kind }) => kind)),
    previousNames: joined(previous.map(({ name }) => name)),
    previousNamespaces: joined(previous.map(({ namespace }) => namespace)),
    prefixes: joined(prefixes),
    suffixes: joined(suffixes),
    needsHashSuffix: needsHash ? 'enabled' : undefined,
    generatorBehavior: behavior,
    origin: origin === undefined && transformations.length === 0 ? undefined : '',
  };
  const kept: Record<string, string> = {};
  for (const [name, text] of Object.entries(notes)) if (text !== undefined) kept[DOMAIN + name] = text;
  return kept;
}

/** Puts annotations where kustomize has some of its own, so that a patch meets what it meets there. */
export function markAnnotations(resource: Resource): boolean {
  const notes = notesOf(resource);
  if (Object.keys(notes).length === 0) return false;
  const metadata = resource.metadata();
  const written = field(metadata, 'annotations');
  const annotations = isMapping(written) ? written : {};
  for (const [name, text] of Object.entries(notes)) setField(annotations, name, text);
  if (annotations !== written) setField(metadata, 'annotations', annotations);
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

/** Whether kustomize's own annotations are still there; they are taken away. */
export function takeMark(resource: Resource): boolean {
  const metadata = field(resource.object, 'metadata');
  const annotations = isMapping(metadata) ? field(metadata, 'annotations') : undefined;
  if (!isMapping(metadata) || !isMapping(annotations)) return false;
  const found = Object.keys(annotations).filter((name) => OWN.has(name));
  for (const name of found) setField(annotations, name, undefined);
  if (found.length > 0 && Object.keys(annotations).length === 0) setField(metadata, 'annotations', undefined);
  return found.length > 0;
}
