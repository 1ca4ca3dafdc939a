import { stringify } from '@capstan/yaml';
import type { BuildContext } from './build-context.ts';
import type { Kustomization } from './kustomization.ts';
import { formatId, idKey, type ResourceId } from './resource-id.ts';
import { ResourceMap } from './resource-map.ts';
import type { Origin, Resource } from './resource.ts';
import { refuseUnprintable } from './unprintable.ts';
import { invalid } from './problem.ts';
import { readAgain } from './read-again.ts';
import { applySortOptions } from './sort-options.ts';
import type { Accumulator } from './target.ts';
import { addHashes } from './transformers/hashes.ts';
import { updateNameReferences } from './transformers/name-references.ts';
import { setPairs } from './transformers/pairs.ts';
import { sortLegacy } from './transformers/sort-order.ts';
import { fieldSpec } from './field-spec.ts';
import { resolveVariables } from './variables.ts';

const INTERNAL = 'internal.config.kubernetes.io/';
const ORIGIN = 'config.kubernetes.io/origin';
const TRANSFORMATIONS = 'alpha.config.kubernetes.io/transformations';
const LOCAL = 'config.kubernetes.io/local-config';
const MANAGED_BY = 'app.kubernetes.io/managed-by';
/** Annotations in which kustomize keeps its own notes; it takes them out of what it prints. */
const NOTES = [
  ...[
    'previousKinds',
    'previousNames',
    'previousNamespaces',
    'prefixes',
    'suffixes',
    'allowNameChange',
    'allowKindChange',
  ],
  ...['refBy', 'generatorBehavior', 'needsHashSuffix', 'path', 'index', 'seqindent', 'id', 'helm-generated'],
  'annotations-migration-resource-id',
].map((name) => INTERNAL + name);
const LEGACY_NOTES = ['config.kubernetes.io/path', 'config.kubernetes.io/index', 'config.k8s.io/id'];

/** What is done once, at the kustomization that is built: hashes, references, variables, order, annotations. */
export function finish(
  context: BuildContext,
  built: Accumulator,
  kustomization: Kustomization,
  options: { readonly order: 'input' | 'legacy'; readonly managedByLabel?: boolean },
): readonly Resource[] {
  const { map, config, variables } = built;
  addHashes(map);
  updateNameReferences(map, config.nameReference);
  resolveVariables(map, variables, config.varReference);
  map.list.forEach(checkMetadata);
  dropLocal(map);
  map.checkIds();
  if (kustomization.sortOptions !== undefined) applySortOptions(map, kustomization.sortOptions);
  else if (options.order === 'legacy') sortLegacy(map);
  if (options.managedByLabel === true || context.buildMetadata.includes('managedByLabel')) {
    setPairs(map, { [MANAGED_BY]: `kustomize-${context.version}` }, [fieldSpec('metadata/labels', {}, true)]);
  }
  cleanAnnotations(context, map);
  refuseUnprintable(map.list);
  for (const { object, readsOtherwise } of map.list) if (readsOtherwise) readAgain(object);
  return map.list;
}

/** Patches and replacements may have taken away what each object needs. */
function checkMetadata({ kind, name, place }: Resource): void {
  if (kind !== '' && (name !== '' || kind.endsWith('List'))) return;
  const missing = kind === '' ? 'missing kind in object' : `missing metadata.name in object of kind ${kind}`;
  throw invalid(`${place.path}: ${missing}, which a patch or a replacement has taken away`, { path: place.path });
}

/** Takes out what is for local use only, by its id: one that another object has by now stays, and is there twice. */
function dropLocal(map: ResourceMap): void {
  const dropped = map.list.filter((resource) => isLocal(resource));
  if (dropped.length === 0) return;
  const rest = new ResourceMap();
  rest.append(map.list.filter((resource) => !isLocal(resource)));
  const ids = new Set(rest.list.map(({ id }) => strictKey(id)));
  const gone = new Set<string>();
  for (const { id, place } of dropped) {
    const key = strictKey(id);
    if (gone.has(key)) throw invalid(`${place.path}: ${formatId(id)} is there twice`, { path: place.path });
    if (!ids.has(key)) gone.add(key);
  }
  map.list = map.list.filter(({ id }) => !gone.has(strictKey(id)));
}

/** Here no namespace is another one than that called `default`. */
function strictKey(id: ResourceId): string {
  return `${idKey(id)}\n${id.namespace}`;
}

function isLocal(resource: Resource): boolean {
  const annotations = resource.texts('annotations');
  return Object.hasOwn(annotations, LOCAL) && annotations[LOCAL] !== 'false';
}

function cleanAnnotations(context: BuildContext, map: ResourceMap): void {
  for (const resource of map.list) {
    const annotations = resource.texts('annotations');
    for (const name of [...NOTES, ...LEGACY_NOTES, ORIGIN, TRANSFORMATIONS]) Reflect.deleteProperty(annotations, name);
    if (context.buildMetadata.includes('originAnnotations') && resource.origin !== undefined) {
      annotations[ORIGIN] = originText(resource.origin);
    }
    if (context.buildMetadata.includes('transformerAnnotations') && resource.transformations.length > 0) {
      annotations[TRANSFORMATIONS] = transformationsText(resource.transformations);
    }
    resource.setTexts('annotations', annotations, 'at the end');
  }
}

/** An origin as kustomize prints it: fields in the order in which it declares them. */
function originText({ path, repo, ref, configuredIn, configuredBy }: Origin): string {
  const line = (key: string, value: string | undefined) =>
    value === undefined || value === '' ? '' : stringify({ [key]: value });
  const by = configuredBy ?? {};
  const inner = [
    line('apiVersion', by.apiVersion),
    line('kind', by.kind),
    line('name', by.name),
    line('namespace', by.namespace),
  ].join('');
  return (
    line('path', path) +
    line('repo', repo) +
    line('ref', ref) +
    line('configuredIn', configuredIn) +
    (inner === '' ? '' : `configuredBy:\n${indent(inner)}`)
  );
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function transformationsText(origins: readonly Origin[]): string {
  return origins.map((origin) => `- ${indent(originText(origin)).slice(2)}`).join('');
}
