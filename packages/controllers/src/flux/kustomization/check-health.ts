import { getPath, type VersionedRef } from '@capstan/object';
import { reason } from '../names.ts';
import type { Applied } from './apply-step.ts';
import { checkingHealth, health, isHealthy } from './draft.ts';
import { healthCheckRef, judgeHealth } from './health-gate.ts';
import { done, failure, type Outcome } from './outcome.ts';
import { spanText, tell, timeoutOf, type Run, type Spec } from './run.ts';

/** Waits until what was applied, or what the checks name, is healthy. Holds no worker: the objects wake us. */
export async function checkHealth(run: Run, applied: Applied): Promise<Outcome<undefined>> {
  const { revision } = applied.plan;
  const refs = targetsOf(run, applied);
  if (refs === undefined) {
    run.draft = health(run.draft, { kind: 'none' });
    return done(undefined);
  }
  const now = run.engine.clock.now();
  run.own.checking ??= { since: now, wasHealthy: isHealthy(run.draft) };
  const { since, wasHealthy } = run.own.checking;
  const timeout = timeoutOf(run.spec);
  const elapsed = now - since;
  const gate = await judgeHealth(run.target.cluster, refs, {
    now: new Date(now),
    expired: elapsed >= timeout,
    failFast: true,
    selfRemoving: selfRemovingOf(applied),
    expressions: run.own.health,
    signal: run.turn.signal,
  });
  switch (gate.kind) {
    case 'waiting':
      return {
        kind: 'waiting',
        requeueAfterMs: Math.max(0, timeout - elapsed),
        draft: checkingHealth(run.draft, revision, spanText(timeout)),
      };
    case 'failed':
      return {
        ...failure(reason.healthCheckFailed, `health check failed after ${spanText(elapsed)}: ${gate.message}`),
        healthy: gate.message,
      };
    case 'passed': {
      const message = `Health check passed in ${spanText(elapsed)}`;
      const isNews = run.draft.status.lastAppliedRevision !== revision && (run.own.written ?? []).length > 0;
      if (!wasHealthy || isNews) tell(run, { type: 'Normal', reason: reason.progressing, message, revision });
      run.draft = health(run.draft, { kind: 'passed', message });
      return done(undefined);
    }
  }
}

function selfRemovingOf({ plan }: Applied): ReadonlySet<VersionedRef> {
  const items = plan.planned.filter(
    ({ desired }) => desired.kind === 'Job' && getPath(desired, 'spec', 'ttlSecondsAfterFinished') !== undefined,
  );
  return new Set(items.map(({ ref }) => ref));
}

/** The objects that a spec names for checks; with `wait` it is all that is applied instead. */
export function healthRefs(spec: Spec): readonly VersionedRef[] {
  return spec.wait === true ? [] : (spec.healthChecks ?? []).map(healthCheckRef);
}

/** What health is checked of; never itself, never what was skipped; undefined where nothing was asked for. */
function targetsOf(run: Run, { plan, entries }: Applied): readonly VersionedRef[] | undefined {
  const skipped = new Set(entries.filter(({ action }) => action === 'skipped').map(({ ref }) => ref));
  const refs =
    run.spec.wait === true
      ? plan.planned.map(({ ref }) => ref).filter((ref) => !skipped.has(ref))
      : healthRefs(run.spec);
  if (refs.length === 0) return undefined;
  const { namespace, name } = run.turn.ref;
  return refs.filter((ref) => !(ref.kind === 'Kustomization' && ref.namespace === namespace && ref.name === name));
}
