import { messageOf, isCapstanError } from '@capstan/errors';
import { decodeBase64Text, implicitTag, type YamlNode } from '@capstan/yaml';
import type { Slot } from '../field-spec.ts';
import type { ReplacementArgs, ReplacementOptions } from '../kustomization.ts';
import { checkTextSize, CopyBudget } from '../growth.ts';
import { replaceInText, type TextSource } from '../structured-text.ts';
import { readPlain } from '../plain-text.ts';
import { invalid } from '../problem.ts';
import { formatId, selectsId, type ResourceId } from '../resource-id.ts';
import type { ResourceMap } from '../resource-map.ts';
import type { Resource } from '../resource.ts';
import type { ScalarTag } from '../scalar-notes.ts';
import { compileSelector, type CompiledSelector } from '../selector.ts';
import type { Created } from '../path-step.ts';
import { findTargets, lookUp, lookUpText, splitFieldPath } from '../replacement-path.ts';
import { scalarNode } from '../text-tree.ts';
import { field, isMapping, scalarText, type Mapping, type Value } from '../value.ts';
import { fieldNode, writtenNode } from '../written-node.ts';

type Target = NonNullable<ReplacementArgs['targets']>[number];

/** Copies values from one resource, or from the kustomization, into fields of others. */
export function replaceValues(map: ResourceMap, replacements: readonly ReplacementArgs[]): void {
  const copies = new CopyBudget('a replacement');
  map.mayClash = true;
  for (const replacement of replacements) {
    const { source, sourceValue, targets } = replacement;
    if ((source === undefined && sourceValue === undefined) || targets === undefined) {
      throw invalid('replacements must specify a source and at least one target');
    }
    if (source !== undefined && sourceValue !== undefined) {
      throw invalid('value and resource selectors are mutually exclusive');
    }
    const value = source === undefined ? plainSource(sourceValue ?? '') : readSource(map, source);
    for (const target of targets) applyTo(map, target, value, copies);
  }
}

/** What is copied: a value, and its text where it is a scalar. */
interface Source extends TextSource {
  readonly value: Value;
  /** What takes the place of a list or a mapping, where it is not `value`. */
  readonly whole?: Value;
}

/** A text of the kustomization: it has no type of its own, so that YAML reads it where it stands by itself. */
function plainSource(text: string): Source {
  return { value: text, text, whole: readPlain(text), node: () => scalarNode(text) };
}

function sourceOf(value: Value, text = scalarText(value) ?? ''): Source {
  return { value, text, node: () => writtenNode(value) };
}

function readSource(map: ResourceMap, source: NonNullable<ReplacementArgs['source']>): Source {
  const wanted: ResourceId = {
    group: source.group ?? '',
    version: source.version ?? '',
    kind: source.kind ?? '',
    name: source.name ?? '',
    namespace: source.namespace ?? '',
    // Nobody asks: what it selects is told by its parts.
    clusterScoped: false,
  };
  const matched = map.list.filter((resource) => idsOf(resource).some((id) => selectsId(wanted, id)));
  const [found] = matched;
  if (found === undefined) throw invalid(`nothing selected by ${formatId(wanted)}`);
  if (matched.length > 1) throw invalid(`multiple matches for selector ${formatId(wanted)}`);
  const path = source.fieldPath === undefined || source.fieldPath === '' ? 'metadata.name' : source.fieldPath;
  const steps = splitFieldPath(path);
  const value = lookUp(found.object, steps);
  const isEmpty = Array.isArray(value) ? value.length === 0 : isMapping(value) && Object.keys(value).length === 0;
  if (value === undefined || value === null || isEmpty) {
    throw invalid(`fieldPath \`${path}\` is missing for replacement source ${formatId(wanted)}`);
  }
  const first = sourceOf(value, lookUpText(found.object, steps));
  if ((source.options?.delimiter ?? '') !== '') return partOf(first, source.options);
  // A replacement may change its own source, of which later targets get what it has become.
  return {
    get value() {
      return lookUp(found.object, steps) ?? first.value;
    },
    get text() {
      return lookUpText(found.object, steps) ?? '';
    },
    node: () => nodeAt(found.object, steps),
  };
}

function nodeAt(object: Mapping, steps: readonly string[]): YamlNode {
  const parent = lookUp(object, steps.slice(0, -1));
  const last = steps.at(-1) ?? '';
  return isMapping(parent) && field(parent, last) !== undefined
    ? fieldNode(parent, last)
    : writtenNode(lookUp(object, steps) ?? null);
}

function partOf(source: Source, options: ReplacementOptions | undefined): Source {
  const delimiter = options?.delimiter ?? '';
  if (delimiter === '') return source;
  const { value, text } = source;
  if (typeof value === 'object') throw invalid('delimiter option can only be used with scalar nodes');
  const parts = text.split(delimiter);
  const index = Number(options?.index ?? 0);
  const part = index < 0 ? undefined : parts[index];
  if (part === undefined) throw invalid(`options.index ${index} is out of bounds: the value has ${parts.length} parts`);
  return sourceOf(part);
}

function idsOf(resource: Resource): ResourceId[] {
  return [resource.id, ...resource.previousIds];
}

function applyTo(map: ResourceMap, target: Target, source: Source, copies: CopyBudget): void {
  if (target.select === undefined) throw invalid('target must specify resources to select');
  const select = compileSelector(target.select);
  const rejects = (target.reject ?? []).map((reject) => ({
    selector: compileSelector(reject),
    byText: (reject.labelSelector ?? '') !== '' || (reject.annotationSelector ?? '') !== '',
  }));
  const paths =
    target.fieldPaths === undefined || target.fieldPaths.length === 0 ? ['metadata.name'] : target.fieldPaths;
  for (const resource of map.list) {
    const ids = idsOf(resource);
    // Both are read before either counts, so that one that is wrong is told.
    const chosen = [select.annotations(resource), select.labels(resource)];
    if (chosen.includes(false)) continue;
    if (rejects.some(({ selector, byText }) => byText && selector.annotations(resource) && selector.labels(resource)))
      continue;
    if (rejects.some(({ selector }) => !selector.anyId && ids.some((id) => selects(selector, id)))) continue;
    if (!ids.some((id) => selects(select, id))) continue;
    for (const path of paths) copyTo(resource, source, path, target.options, copies);
  }
}

function selects(selector: CompiledSelector, id: ResourceId): boolean {
  return selector.gvk(id) && selector.name(id.name) && selector.namespace(id.namespace);
}

function copyTo(
  resource: Resource,
  source: Source,
  path: string,
  options: ReplacementOptions | undefined,
  copies: CopyBudget,
): void {
  const { value } = source;
  const kind: Created = Array.isArray(value) ? 'list' : isMapping(value) ? 'mapping' : 'scalar';
  // Copies keep how their texts were written.
  if (kind !== 'scalar') resource.readsOtherwise = true;
  const create: Created = options?.create === true ? kind : 'none';
  const steps = splitFieldPath(path);
  if (replaceInText(resource.object, steps, source, create)) return;
  const how = create === 'none' ? 'find' : 'find or create';
  const root: Slot = {
    get: () => resource.object,
    set: (next) => {
      if (!isMapping(next)) throw invalid('a resource cannot be replaced by a value that is no mapping');
      resource.object = next;
    },
  };
  let slots: Slot[];
  try {
    slots = findTargets(root, steps, create);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    throw invalid(`unable to ${how} field "${path}" in replacement target: ${messageOf(error)}`, {}, error);
  }
  if (slots.length === 0) throw invalid(`unable to ${how} field "${path}" in replacement target`);
  for (const slot of slots) setTarget(slot, source, options, copies);
}

function setTarget(slot: Slot, source: Source, options: ReplacementOptions | undefined, copies: CopyBudget): void {
  const typed = slot.typedAs?.();
  const old = typed === undefined ? slot.get() : typed;
  const { value, text, whole = value } = withDelimiter(slot, source, options);
  if (typeof old === 'object' && old !== null) {
    slot.set(copies.copy(whole));
    return;
  }
  const tag = slot.tag?.();
  if (tag !== undefined) {
    setTagged(slot, text, tag);
    return;
  }
  // Into a scalar goes a scalar's text, which a list or a mapping has none of.
  const isUntyped = slot.isUntyped?.() === true;
  const isText = (typeof old === 'string' && !isUntyped) || (isUntyped && text === '' && slot.inFlow === true);
  const problem = isUntyped
    ? undefined
    : misfit(slot, { old, written: typed === undefined ? slot.text?.() : undefined }, text, isText);
  if (problem !== undefined) {
    if (slot.unfit === undefined) throw invalid(problem);
    // Kustomize minds it where it is printed: something else may have taken its place by then.
    slot.set(text);
    slot.unfit(text, problem, old);
    return;
  }
  const next = isText ? text : readPlain(text);
  slot.set(next);
  if (next !== text) slot.wrote?.(next, text);
  slot.untyped?.();
}

/** Where a tag says what stands there, what is put there is read as that: base64, or a number that stays in quotes. */
function setTagged(slot: Slot, text: string, tag: ScalarTag): void {
  const read = tag === '!!binary' ? decodeBase64Text(text) : implicitTag(text) === tag ? text : undefined;
  slot.set(read ?? text);
  if (read !== undefined) slot.wroteTagged?.(read, text, tag);
  else {
    const problem = tag === '!!binary' ? 'it is no base64, as its tag says' : 'it is no number, as its tag says';
    slot.unfit?.(text, problem, text);
  }
}

/** What is wrong with a text where there was a value of another type. */
function misfit(
  slot: Slot,
  { old, written }: { readonly old: Value; readonly written: string | undefined },
  text: string,
  isText: boolean,
): string | undefined {
  if (old === null) return (readPlain(text) ?? null) === null ? undefined : 'a value cannot stand where null is';
  if (!isText) return fits(text, old, written ?? scalarText(old) ?? '') ? undefined : misfitOf(old);
  const wasTimestamp = typeof old === 'string' && slot.styled?.() === false && TIMESTAMP.test(written ?? '');
  return wasTimestamp && !TIMESTAMP.test(text) ? 'a text cannot stand where a timestamp is' : undefined;
}

function misfitOf(old: Value): string {
  return `a text cannot stand where a ${typeof old === 'boolean' ? 'boolean' : 'number'} is`;
}

/** Whether a text reads as a value of the type of the one whose place it takes: an integer is a float, too. */
function fits(text: string, old: Value, written: string): boolean {
  if (typeof old !== 'number' && typeof old !== 'bigint') return typeof readPlain(text) === typeof old;
  const tag = implicitTag(text);
  return tag === '!!int' || (tag === '!!float' && implicitTag(written) !== '!!int');
}

/** What YAML reads as a timestamp where it does not stand in quotes. */
const TIMESTAMP = /^\d{4}-\d\d?-\d\d?(?:$|[Tt ])/;

function withDelimiter(slot: Slot, source: Source, options: ReplacementOptions | undefined): Source {
  const delimiter = options?.delimiter ?? '';
  if (delimiter === '') return source;
  const text = slot.text?.() ?? scalarText(slot.get());
  if (text === undefined) throw invalid('delimiter option can only be used with scalar nodes');
  const parts = text.split(delimiter);
  const index = Number(options?.index ?? 0);
  if (index < 0) parts.unshift(source.text);
  else if (index >= parts.length) parts.push(source.text);
  else parts[index] = source.text;
  checkTextSize(text.length + source.text.length, 'a replacement');
  return sourceOf(parts.join(delimiter));
}
