import { applyJsonPatch, getKey, isJsonObject } from '@capstan/object';
import { CopyBudget } from './growth.ts';
import type { JsonValue } from '@capstan/object';
import { isCapstanError, messageOf } from '@capstan/errors';
import { readPatchDocument, readResources } from './documents.ts';
import { markAnnotations, takeMark } from './internal-annotations.ts';
import { throughFloats } from './json-floats.ts';
import { refuseUnprintable } from './unprintable.ts';
import { invalid } from './problem.ts';
import { readAgain } from './read-again.ts';
import { apiVersionOf, type ResourceId } from './resource-id.ts';
import type { ResourceMap } from './resource-map.ts';
import type { Resource } from './resource.ts';
import { noteScalar } from './scalar-notes.ts';
import type { SchemaTable, Scopes } from './schema.ts';
import { selectResources, type Selector } from './selector.ts';
import { strategicMerge } from './strategic-merge.ts';
import { field, isMapping, setField, thaw } from './value.ts';

/** A patch as text, with the place that it came from. */
export interface PatchText {
  readonly text: string;
  /** The file, for messages and the line numbers of errors. */
  readonly path: string;
  /** How messages name it. */
  readonly label: string;
}

/** A strategic merge patch or a JSON patch, told apart by what it holds. */
export type ParsedPatch =
  | { readonly kind: 'merge'; readonly patches: readonly Resource[] }
  | { readonly kind: 'json'; readonly operations: readonly JsonValue[] };

/** Finds out what kind of patch a text is. Throws RENDER_INVALID for neither. */
export function parsePatch({ text, path, label }: PatchText, scopes?: Scopes): ParsedPatch {
  let merges: readonly Resource[] | undefined;
  let failure: unknown;
  try {
    merges = readResources(text, path, scopes);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    failure = error;
  }
  if (merges !== undefined) return { kind: 'merge', patches: merges };
  const operations = readPatchDocument(text, path);
  if (operations === undefined) {
    throw invalid(`unable to parse SM or JSON patch from ${label}: ${messageOf(failure)}`, { path });
  }
  return { kind: 'json', operations };
}

/** What merges go by. A schema is read when the first merge asks for it: what comes before may name another. */
export interface SchemaAtHand {
  readonly table: SchemaTable;
}

/** Applies one strategic merge patch to one resource. It may delete it: the object is empty then. */
export function mergeInto(resource: Resource, patch: Resource, schema?: SchemaAtHand): void {
  const { name, namespace, kind } = resource;
  if (patch.allowNameChange || patch.allowKindChange) resource.rememberId();
  resource.readsOtherwise ||= patch.readsOtherwise;
  // What a patch is meant to put in place of all, kustomize makes and throws away.
  if (field(patch.object, '$patch') !== 'replace') {
    resource.object =
      strategicMerge(resource.object, thaw(patch.object), schema === undefined ? {} : { table: schema.table }) ?? {};
  }
  if (resource.isEmpty) return;
  if (!patch.allowKindChange) resource.setKind(kind);
  if (!patch.allowNameChange) resource.setName(name);
  resource.setNamespace(namespace);
}

/** Applies a patch to resources that were selected, taking it for one of each resource's own kind. */
export function mergeIntoSelected(
  map: ResourceMap,
  selected: readonly Resource[],
  patch: Resource,
  schema?: SchemaAtHand,
): void {
  for (const resource of selected) {
    const own = patch.copy();
    // Kustomize turns both into texts here, so that a null is a text as well and takes nothing away.
    for (const name of ['labels', 'annotations'] as const) own.setTexts(name, own.texts(name));
    setField(own.object, 'apiVersion', apiVersionOf(resource.gvk));
    const hasVersion = resource.apiVersion !== '';
    mergeInto(resource, own, schema);
    // An empty text without a type is null.
    if (hasVersion || resource.isEmpty) continue;
    setField(resource.object, 'apiVersion', null);
    noteScalar(resource.object, 'apiVersion', { value: null, text: '', style: 'plain' });
  }
  map.dropEmpty();
  if (map.mayClash || patch.allowNameChange || patch.allowKindChange) map.checkIds();
}

/** The strategic merge patches of a text, each to the resource with its id. */
export function mergeById(
  map: ResourceMap,
  patches: readonly Resource[],
  takeKindOfTarget: boolean,
  schema?: SchemaAtHand,
): void {
  for (const patch of patches) {
    const id: ResourceId = patch.id;
    const target = map.patchTarget(id);
    if (takeKindOfTarget) mergeIntoSelected(map, [target], patch, schema);
    else mergeInto(target, patch, schema);
  }
}

/** Applies JSON patch operations to the resources that `target` selects. */
export function patchSelected(
  map: ResourceMap,
  target: Selector,
  operations: readonly JsonValue[],
  remember: boolean,
  label: string,
): void {
  const copies = operations.some((operation) => isJsonObject(operation) && getKey(operation, 'op') === 'copy');
  map.mayClash = true;
  for (const resource of selectResources(map.list, target)) {
    if (remember) resource.rememberId();
    refuseUnprintable([resource]);
    if (resource.readsOtherwise) readAgain(resource.object);
    const marked = markAnnotations(resource);
    try {
      resource.object = asObject(applyJsonPatch(resource.object, operations));
      if (copies) new CopyBudget('a JSON patch').spend(resource.object);
    } catch (error) {
      if (!isCapstanError(error)) throw error;
      throw invalid(`${label}: cannot be applied to ${resource.kind} ${resource.name}: ${messageOf(error)}`, {}, error);
    }
    refuseListOfAnnotations(resource, label);
    if (marked && !takeMark(resource)) {
      // What is in internal annotations kustomize keeps for itself; this is not.
      resource.origin = undefined;
      resource.transformations = [];
    }
    resource.setTexts('annotations', resource.texts('annotations'));
  }
}

/** Kustomize takes annotations for a mapping without looking. */
function refuseListOfAnnotations(resource: Resource, label: string): void {
  const metadata = field(resource.object, 'metadata');
  if (isMapping(metadata) && Array.isArray(field(metadata, 'annotations'))) {
    throw invalid(`${label}: the annotations of ${resource.kind} ${resource.name} have become a list`);
  }
}

function asObject(value: JsonValue) {
  const object = throughFloats(value);
  if (!isMapping(object)) throw invalid('a JSON patch must leave an object');
  return object;
}
