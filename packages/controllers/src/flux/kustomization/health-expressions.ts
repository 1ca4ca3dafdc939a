import { compileCel, type CelProgram } from '@capstan/expressions';
import { CapstanError, isCapstanError } from '@capstan/errors';
import type { KstatusCode } from '@capstan/health';
import { getPath, refOf, type JsonValue, type KubernetesObject } from '@capstan/object';
import { booleanOf, celProblem } from './cel-words.ts';
import type { Spec } from './run.ts';

type Check = NonNullable<Spec['healthCheckExprs']>[number];

/** How an object stands by an expression; `problem` where it could not be evaluated. */
export interface ExpressionStatus {
  readonly status: KstatusCode;
  readonly problem?: string;
}

/** The health of kinds that a Kustomization judges by expressions of its own, in place of kstatus. */
export interface HealthExpressions {
  /** undefined for kinds that it does not judge. */
  statusOf(object: KubernetesObject): ExpressionStatus | undefined;
}

interface Evaluator {
  readonly inProgress: CelProgram | undefined;
  readonly failed: CelProgram | undefined;
  readonly current: CelProgram;
  readonly words: Readonly<Record<'inProgress' | 'failed' | 'current', string>>;
}

/**
 * Compiles the health expressions of a spec. Throws SPEC_INVALID in kustomize-controller's words for the first that
 * cannot be read, and for two of one kind. Source of the rules: Flux's RFC 9, fluxcd/pkg/runtime/cel.
 */
export function healthExpressions(checks: readonly Check[]): HealthExpressions {
  const evaluators = new Map<string, Evaluator>();
  for (const [index, check] of checks.entries()) {
    const slash = check.apiVersion.indexOf('/');
    const group = slash < 0 ? '' : check.apiVersion.slice(0, slash);
    const kind = check.kind ?? '';
    const key = `${group}/${kind}`;
    if (evaluators.has(key)) {
      const name = group === '' ? kind : `${kind}.${group}`;
      throw invalid(`duplicate custom health check for GroupKind ${name} at healthchecks[${index}]`);
    }
    try {
      evaluators.set(key, evaluatorOf(check));
    } catch (error) {
      if (!isCapstanError(error)) throw error;
      throw invalid(`failed to create custom status evaluator for healthchecks[${index}]: ${error.message}`);
    }
  }
  return {
    statusOf: (object) => {
      const { group, kind } = refOf(object);
      const evaluator = evaluators.get(`${group}/${kind}`) ?? evaluators.get(`${group}/`);
      return evaluator === undefined ? undefined : judge(evaluator, object);
    },
  };
}

function evaluatorOf(check: Check): Evaluator {
  const words = { inProgress: check.inProgress ?? '', failed: check.failed ?? '', current: check.current };
  if (words.current === '') throw invalid('expression Current not specified');
  return {
    words,
    current: compiled('Current', words.current),
    failed: words.failed === '' ? undefined : compiled('Failed', words.failed),
    inProgress: words.inProgress === '' ? undefined : compiled('InProgress', words.inProgress),
  };
}

function compiled(name: string, expression: string): CelProgram {
  try {
    return compileCel(expression);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    throw invalid(
      `failed to parse the expression ${name}: failed to parse the CEL expression '${expression}': ${celProblem(error)}`,
    );
  }
}

function judge(evaluator: Evaluator, object: KubernetesObject): ExpressionStatus {
  if (lags(object)) return { status: 'InProgress' };
  const bindings: Record<string, JsonValue> = { ...object };
  for (const [name, status] of [
    ['inProgress', 'InProgress'],
    ['failed', 'Failed'],
    ['current', 'Current'],
  ] as const) {
    const program = evaluator[name];
    if (program === undefined) continue;
    const result = booleanOf(program, evaluator.words[name], bindings);
    if (result.problem !== undefined) return { status: 'Unknown', problem: result.problem };
    if (result.value) return { status };
  }
  return { status: 'InProgress' };
}

/** Whether a controller has not seen the newest generation; where it counts otherwise, the expressions alone decide. */
function lags(object: KubernetesObject): boolean {
  const observed = getPath(object, 'status', 'observedGeneration');
  const { generation } = object.metadata;
  return isWhole(observed) && isWhole(generation) && observed !== generation;
}

function isWhole(value: JsonValue | undefined): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

function invalid(message: string): CapstanError<'SPEC_INVALID'> {
  return new CapstanError('SPEC_INVALID', message, { data: { field: 'spec.healthCheckExprs' } });
}
