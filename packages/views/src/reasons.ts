import { formatRef, getPath, type KubernetesObject } from '@capstan/object';
import { argoReasons } from './argo-reasons.ts';
import { conditionOf } from './condition.ts';
import { textAt } from './fields.ts';
import type { ProjectEvidence } from './project-reasons.ts';
import { nodesOf, type TreeNode } from './tree.ts';

/** One thing that keeps an app from being synced, healthy and at work. */
export interface Reason {
  /** What stands in the way, in a few words. */
  readonly what: string;
  /** What is known about it, in the words of whoever reported it. */
  readonly detail: string;
  /** What a person can do; '' where waiting is all. */
  readonly hint: string;
}

/** What the reasons of an app are read from. */
export interface AppEvidence {
  readonly app: KubernetesObject;
  /** What the app waits for, as far as it exists: its source, its dependencies. */
  readonly needs: readonly KubernetesObject[];
  readonly tree: readonly TreeNode[];
  /** What the Application's project says about it. */
  readonly project?: ProjectEvidence;
  /** Messages of warnings about the app and what it owns, newest first. */
  readonly warnings: readonly string[];
}

/** Why an app is not synced, healthy and at work; none when it is. The nearest cause stands first. */
export function reasonsOf(evidence: AppEvidence): readonly Reason[] {
  const { app } = evidence;
  const own = app.kind === 'Application' ? argoReasons(app, evidence.project) : fluxReasons(app);
  const reasons = [...own, ...evidence.needs.flatMap((need) => needReasons(need)), ...treeReasons(evidence.tree)];
  if (reasons.length === 0) return [];
  const isTold = (warning: string): boolean => reasons.some(({ detail }) => detail !== '' && warning.endsWith(detail));
  const warnings = evidence.warnings.filter((warning) => !isTold(warning));
  return [...reasons, ...warnings.map((detail) => ({ what: 'A warning was reported', detail, hint: '' }))];
}

function fluxReasons(app: KubernetesObject): readonly Reason[] {
  const name = textAt(app.metadata, 'name');
  const reasons: Reason[] = [];
  if (getPath(app, 'spec', 'suspend') === true)
    reasons.push({ what: 'It is suspended', detail: 'nothing is applied or healed', hint: `capstan resume ${name}` });
  const ready = conditionOf(app, 'Ready');
  const stalled = conditionOf(app, 'Stalled');
  if (ready === undefined)
    reasons.push({ what: 'No controller has seen it', detail: 'it has no status', hint: 'is `capstan run` at work?' });
  else if (ready.status !== 'True')
    reasons.push({
      what:
        stalled?.status === 'True'
          ? 'It has stopped trying'
          : ready.status === 'False'
            ? 'It is not ready'
            : 'It is at work',
      detail: `${ready.reason}: ${ready.message}`,
      hint: stalled?.status === 'True' ? 'change the resource or its source' : hintOf(ready.reason),
    });
  return reasons;
}

const hints: Readonly<Record<string, string>> = {
  BuildFailed: 'build the folder with `capstan build`',
  DependencyNotReady: 'look at what it depends on',
  AuthenticationFailed: 'check the Secret that spec.secretRef names',
  NotHonoured: 'remove the field, or leave this resource to its upstream controller',
};

function hintOf(reason: string): string {
  return Object.hasOwn(hints, reason) ? (hints[reason] ?? '') : '';
}

/** Why something that the app waits for is not ready. */
function needReasons(need: KubernetesObject): readonly Reason[] {
  const ready = conditionOf(need, 'Ready');
  if (ready?.status === 'True') return [];
  const what = `${need.kind} ${textAt(need.metadata, 'namespace')}/${textAt(need.metadata, 'name')} is not ready`;
  return [{ what, detail: ready === undefined ? 'it has no status' : `${ready.reason}: ${ready.message}`, hint: '' }];
}

function treeReasons(tree: readonly TreeNode[]): readonly Reason[] {
  return nodesOf(tree).flatMap((node) => {
    const what = formatRef(node.ref);
    if (node.sync === 'Missing') return [{ what: `${what} is missing`, detail: 'it is not in the cluster', hint: '' }];
    const outOfSync =
      node.sync === 'OutOfSync'
        ? [{ what: `${what} ${node.toPrune ? 'is no longer in Git' : 'differs from Git'}`, detail: '', hint: '' }]
        : [];
    const { status, message = '' } = node.health ?? { status: 'Healthy' };
    const unhealthy =
      status === 'Healthy' || status === 'Suspended'
        ? []
        : [{ what: `${what} is ${status.toLowerCase()}`, detail: message, hint: '' }];
    return [...outOfSync, ...unhealthy];
  });
}
