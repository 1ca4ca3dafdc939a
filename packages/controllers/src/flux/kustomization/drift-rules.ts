import { keepDrifted, type DriftedObject } from '@capstan/diff';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { canonicalJson, gvkOf, isJsonObject, refOf, type JsonValue, type KubernetesObject } from '@capstan/object';
import { compileSelector, type CompiledSelector, type Labelled, type Selector } from '@capstan/render/kustomize';
import { KUSTOMIZE_CONTROLLER } from '../names.ts';
import type { Spec } from './run.ts';

/** The rules of `spec.ignore`, ready to be asked about objects. */
export interface DriftRules {
  /** What the rules say: the same text, the same rules. */
  readonly text: string;
  /** The desired object with what is ignored of it as it is in the cluster, or left out where that is another's. */
  keep(object: DriftedObject): KubernetesObject;
}

/**
 * Compiles the rules of a spec; undefined where it has none. Throws SPEC_INVALID in kustomize-controller's words for a
 * target that cannot be read. Source of the rules: Flux's `spec.ignore`, fluxcd/pkg/ssa/jsondiff.
 */
export function driftRules(spec: Pick<Spec, 'ignore'>): DriftRules | undefined {
  const rules = (spec.ignore ?? []).map(({ paths, target }) => {
    try {
      return { paths, selector: target === undefined ? undefined : readSelector(target) };
    } catch (error) {
      if (!isCapstanError(error, 'RENDER_INVALID')) throw error;
      throw new CapstanError('SPEC_INVALID', `failed to create ignore rule selector: ${error.message}`);
    }
  });
  if (rules.length === 0) return undefined;
  return {
    text: canonicalJson((spec.ignore ?? []) as JsonValue),
    keep: (object) => {
      const matching = rules.filter(({ selector }) => selector === undefined || selects(selector, object.predicted));
      return keepDrifted(
        object,
        matching.flatMap(({ paths }) => paths),
        KUSTOMIZE_CONTROLLER,
      );
    },
  };
}

/** A selector with all of its parts read at once: what cannot be read is told, whether or not an object is asked about. */
function readSelector(target: Selector): CompiledSelector {
  const selector = compileSelector(target);
  const bare: Labelled = { texts: () => ({}) };
  selector.labels(bare);
  selector.annotations(bare);
  return selector;
}

function selects(selector: CompiledSelector, object: KubernetesObject): boolean {
  const { namespace, name } = refOf(object);
  const labelled: Labelled = { texts: (field) => textsOf(object.metadata[field]) };
  return (
    selector.namespace(namespace) &&
    selector.name(name) &&
    selector.gvk(gvkOf(object)) &&
    selector.labels(labelled) &&
    selector.annotations(labelled)
  );
}

function textsOf(value: JsonValue | undefined): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}
