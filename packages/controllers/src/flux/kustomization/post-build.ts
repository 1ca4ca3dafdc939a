import { setImmediate } from 'node:timers/promises';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { refOf, type KubernetesObject } from '@capstan/object';
import { checkVariableNames, isSubstitutionDisabled, substituteInObject } from '@capstan/render/flux-substitute';
import { findUnnamed } from './build.ts';
import type { Run } from './run.ts';
import type { Variables } from './variables.ts';

/** Objects that are worked on in one go, before others get their turn. */
const BATCH = 20;

/** What a step makes of an object of a build. */
export type ObjectStep = (object: KubernetesObject) => Promise<KubernetesObject> | KubernetesObject;

/**
 * Takes the objects of a build through a list of steps, one object after the other, as Flux does: the first that fails
 * ends it. Throws RENDER_INVALID.
 */
export async function transformObjects(
  objects: readonly KubernetesObject[],
  steps: readonly ObjectStep[],
): Promise<readonly KubernetesObject[]> {
  const made: KubernetesObject[] = [];
  for (const [index, object] of objects.entries()) {
    const unnamed = findUnnamed([object]);
    if (unnamed !== undefined)
      throw new CapstanError(
        'RENDER_INVALID',
        `failed to decode Kubernetes apiVersion, kind and name from a ${unnamed.kind} of the build`,
      );
    let current = object;
    for (const step of steps) current = await step(current);
    made.push(current);
    if (steps.length > 0 && index % BATCH === BATCH - 1) await setImmediate();
  }
  return made;
}

/** The substitution that a spec asks for; undefined where there is nothing to do. */
export function substitution(run: Run, read: () => Promise<Variables>): ObjectStep | undefined {
  const { postBuild } = run.spec;
  if (postBuild === undefined) return undefined;
  const strict = run.options.strictSubstitutions;
  return async (object) => {
    if (isSubstitutionDisabled(object)) return object;
    try {
      const variables = await read();
      if (variables.size === 0 && postBuild.substituteStrategy !== 'Always') return object;
      return inEnvsubst(() => {
        checkVariableNames(variables.keys());
        return substituteInObject(object, { variables, strict });
      });
    } catch (error) {
      throw about(`post build failed for '${describe(object)}'`, error);
    }
  };
}

/** An error with what it is about before its words, and nothing else of it. */
export function about(what: string, error: unknown): unknown {
  if (!isCapstanError(error) || !/^(?:RENDER|DECRYPT)_/.test(error.code)) return error;
  return new CapstanError(error.code, `${what}: ${error.message}`, { data: error.data });
}

/** An object as kustomize names it in errors: `Deployment.v1.apps/web`. */
export function describe(object: KubernetesObject): string {
  const { group, version, kind } = refOf(object);
  return `${kind}.${version}.${group === '' ? '[noGrp]' : group}/${refOf(object).name}`;
}

function inEnvsubst(substitute: () => KubernetesObject): KubernetesObject {
  try {
    return substitute();
  } catch (error) {
    throw about('envsubst error', error);
  }
}
