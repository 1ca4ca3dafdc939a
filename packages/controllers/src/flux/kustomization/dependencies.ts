import { Kustomization } from '@capstan/api';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { celTypeOf, compileCel } from '@capstan/expressions';
import { refOf, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { conditionOf } from '../conditions.ts';
import { condition } from '../names.ts';
import { generationOf, viewOf } from '../resource-view.ts';
import { booleanOf, celProblem } from './cel-words.ts';
import type { Run, Spec } from './run.ts';

/** The Kustomizations that another one waits for. */
export function dependenciesOf(spec: Spec, own: VersionedRef): readonly VersionedRef[] {
  return (spec.dependsOn ?? []).map((entry) => ({
    ...own,
    namespace: entry.namespace ?? own.namespace,
    name: entry.name,
  }));
}

/**
 * Why a Kustomization has to wait, in Flux's words; undefined when all it depends on is ready. Throws EXPRESSION_INVALID
 * for a `readyExpr` that is no boolean expression of `self` and `dep`.
 */
export async function unreadyDependency(run: Run, revision: string): Promise<string | undefined> {
  const { spec, turn, options } = run;
  for (const [index, ref] of dependenciesOf(spec, turn.ref).entries()) {
    const object = await run.cluster.live.get(ref, turn.signal);
    const name = `${ref.namespace}/${ref.name}`;
    if (object === undefined)
      return `dependency '${name}' not found: kustomizations.kustomize.toolkit.fluxcd.io "${ref.name}" not found`;
    const expression = spec.dependsOn?.[index]?.readyExpr ?? '';
    if (expression !== '') {
      const said = judgeReadyExpression(expression, run.object, object);
      if (said.problem !== undefined) return said.problem;
      if (!said.value) return `dependency '${name}' is not ready according to readyExpr eval`;
      if (!options.additiveReadyExpressions) continue;
    }
    const problem = unready(object, spec, turn.ref, revision);
    if (problem !== undefined) return `dependency '${name}' ${problem}`;
  }
  return undefined;
}

function judgeReadyExpression(expression: string, self: KubernetesObject, dep: KubernetesObject) {
  const refuse = (why: string): never => {
    throw new CapstanError('EXPRESSION_INVALID', `failed to evaluate dependency ${refOf(dep).name}: ${why}`);
  };
  let type: string;
  try {
    type = celTypeOf(expression, ['self', 'dep']);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return refuse(`failed to parse the CEL expression '${expression}': ${celProblem(error)}`);
  }
  if (type !== 'bool') return refuse(`CEL expression output type mismatch: expected bool, got ${type}`);
  return booleanOf(compileCel(expression), expression, { self, dep });
}

function unready(object: KubernetesObject, spec: Spec, own: VersionedRef, revision: string): string | undefined {
  const { spec: theirs, status } = viewOf(Kustomization, object);
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0 || Number(status?.observedGeneration ?? -1) !== generationOf(object))
    return 'is not ready';
  if (conditionOf(conditions, condition.ready)?.status !== 'True') return 'is not ready';
  if (theirs === undefined) return undefined;
  const { namespace } = refOf(object);
  const sameSource =
    theirs.sourceRef.kind === spec.sourceRef.kind &&
    theirs.sourceRef.name === spec.sourceRef.name &&
    (theirs.sourceRef.namespace ?? namespace) === (spec.sourceRef.namespace ?? own.namespace);
  return sameSource && status?.lastAppliedRevision !== revision ? 'revision is not up to date' : undefined;
}
