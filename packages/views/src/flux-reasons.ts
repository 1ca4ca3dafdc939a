import { getPath, type KubernetesObject } from '@capstan/object';
import { conditionOf, type ConditionView } from './condition.ts';
import { textAt } from './fields.ts';
import { remedyOf } from './flux-remedies.ts';
import type { Reason } from './reasons.ts';

/** Why a Kustomization or a source is not ready and at work; the nearest cause stands first. */
export function fluxReasons(app: KubernetesObject): readonly Reason[] {
  return [...deletionReasons(app), ...suspensionReasons(app), ...readyReasons(app), ...sharedReasons(app)];
}

/** Why something that an app waits for is not ready. */
export function needReasons(need: KubernetesObject): readonly Reason[] {
  const name = `${need.kind} ${textAt(need.metadata, 'namespace')}/${textAt(need.metadata, 'name')}`;
  return [...suspensionReasons(need), ...readyReasons(need)].map(({ what, detail, hint }) => ({
    what: `${name} is not ready: ${what.charAt(0).toLowerCase()}${what.slice(1)}`,
    detail,
    hint,
  }));
}

function deletionReasons(app: KubernetesObject): readonly Reason[] {
  if (textAt(app.metadata, 'deletionTimestamp') === '') return [];
  const policy = textAt(app, 'spec', 'deletionPolicy') || 'MirrorPrune';
  const detail = app.kind === 'Kustomization' ? `what it has applied goes first (deletionPolicy ${policy})` : '';
  return [{ what: 'It is being deleted', detail, hint: '' }];
}

function suspensionReasons(app: KubernetesObject): readonly Reason[] {
  if (getPath(app, 'spec', 'suspend') !== true) return [];
  const detail = app.kind === 'Kustomization' ? 'nothing is applied or healed' : 'nothing is fetched';
  return [{ what: 'It is suspended', detail, hint: `capstan resume ${textAt(app.metadata, 'name')}` }];
}

function readyReasons(app: KubernetesObject): readonly Reason[] {
  const ready = conditionOf(app, 'Ready');
  if (ready === undefined)
    return [{ what: 'No controller has seen it', detail: 'it has no status', hint: 'is `capstan run` at work?' }];
  if (ready.status === 'True') return [];
  if (ready.status === 'Unknown') {
    const doing = conditionOf(app, 'Reconciling')?.message ?? ready.message;
    return [{ what: 'It is at work', detail: `${ready.reason}: ${doing}`, hint: '' }];
  }
  return [failureReason(app, ready)];
}

function failureReason(app: KubernetesObject, ready: ConditionView): Reason {
  const hasStopped = conditionOf(app, 'Stalled')?.status === 'True';
  const known = remedyOf(ready.reason, ready.message);
  const what = known?.what ?? 'It is not ready';
  return {
    what: hasStopped ? `${what}; it has stopped trying` : what,
    detail: `${ready.reason}: ${ready.message}`,
    hint: known?.hint ?? (hasStopped ? 'change the resource or its source' : ''),
  };
}

/** That others have some of its objects is told of one that is ready, too. */
function sharedReasons(app: KubernetesObject): readonly Reason[] {
  const shared = conditionOf(app, 'SharedResource');
  if (shared?.status !== 'True' || conditionOf(app, 'Ready')?.reason === shared.reason) return [];
  const { what, hint } = remedyOf(shared.reason, shared.message) ?? { what: shared.reason, hint: '' };
  return [{ what, detail: shared.message, hint }];
}

/** A warning that is a reason by itself, whatever else holds: an object that somebody keeps changing back. */
export function contestedReason(warning: string): Reason | undefined {
  if (!/: DriftContested: /.test(warning)) return undefined;
  const { what, hint } = remedyOf('DriftContested', warning) ?? { what: 'Its drift is contested', hint: '' };
  return { what, detail: warning, hint };
}
