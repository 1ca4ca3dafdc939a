import { RE2JS } from 're2js';
import { parseLabelSelector } from './label-selector.ts';
import { invalid } from './problem.ts';
import { effectiveNamespace, type Gvk, type ResourceId } from './resource-id.ts';
import type { Resource } from './resource.ts';

/** Which resources a patch or a replacement is for. The parts of the id are RE2 expressions, anchored. */
export interface Selector {
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly annotationSelector?: string | undefined;
}

/** What bears labels and annotations. */
export type Labelled = Pick<Resource, 'texts'>;

/** A selector made ready to be asked. */
export interface CompiledSelector {
  /** Whether nothing of an id is asked for. */
  readonly anyId: boolean;
  gvk(gvk: Gvk): boolean;
  name(name: string): boolean;
  namespace(namespace: string): boolean;
  labels(resource: Labelled): boolean;
  annotations(resource: Labelled): boolean;
}

/** An expression that stands for itself: compiling it would cost more than all that it is held against. */
const LITERAL = /^[\w-]+$/;

function matcher(pattern: string | undefined): (text: string) => boolean {
  if (pattern === undefined || pattern === '') return () => true;
  if (LITERAL.test(pattern)) return (text) => text === pattern;
  try {
    const compiled = RE2JS.compile(`^(?:${pattern})$`);
    return (text) => compiled.matcher(text).find();
  } catch (error) {
    throw invalid(`'${pattern}' is not a regular expression (RE2)`, {}, error);
  }
}

type LabelMatcher = ReturnType<typeof parseLabelSelector>;

/**
 * Compiles a selector. Throws RENDER_INVALID for an expression that cannot be read; its parts for labels and annotations
 * throw it when they are first asked.
 */
export function compileSelector(selector: Selector): CompiledSelector {
  const group = matcher(selector.group);
  const version = matcher(selector.version);
  const kind = matcher(selector.kind);
  // Kustomize reads these when the first object is held against them, so that one that is wrong may never be told.
  let labels: LabelMatcher | undefined;
  let annotations: LabelMatcher | undefined;
  const parts = [selector.group, selector.version, selector.kind, selector.name, selector.namespace];
  return {
    anyId: parts.every((part) => (part ?? '') === ''),
    gvk: (gvk) => group(gvk.group) && version(gvk.version) && kind(gvk.kind),
    name: matcher(selector.name),
    namespace: matcher(selector.namespace),
    labels: (resource) => {
      labels ??= parseLabelSelector(selector.labelSelector ?? '');
      return labels(resource.texts('labels'));
    },
    annotations: (resource) => {
      annotations ??= parseLabelSelector(selector.annotationSelector ?? '');
      return annotations(resource.texts('annotations'));
    },
  };
}

/** The resources that a patch's target selects: by the id they have or the one that they were loaded with. */
export function selectResources(resources: readonly Resource[], target: Selector): Resource[] {
  const selector = compileSelector(target);
  return resources.filter((resource) => {
    const original: ResourceId = resource.originalId;
    const current = resource.id;
    return (
      (selector.namespace(effectiveNamespace(original)) || selector.namespace(effectiveNamespace(current))) &&
      (selector.name(original.name) || selector.name(current.name)) &&
      selector.gvk(resource.gvk) &&
      selector.labels(resource) &&
      selector.annotations(resource)
    );
  });
}
