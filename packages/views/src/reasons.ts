import { formatRef, type KubernetesObject } from '@capstan/object';
import { argoReasons } from './argo-reasons.ts';
import { contestedReason, fluxReasons, needReasons } from './flux-reasons.ts';
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
  const contested = evidence.warnings.flatMap((warning) => contestedReason(warning) ?? []);
  const needs = evidence.needs.flatMap((need) => needReasons(need));
  const reasons = [...own, ...needs, ...treeReasons(evidence.tree), ...contested];
  if (reasons.length === 0) return [];
  const isTold = (warning: string): boolean => reasons.some(({ detail }) => detail !== '' && warning.endsWith(detail));
  const warnings = evidence.warnings.filter((warning) => !isTold(warning));
  return [...reasons, ...warnings.map((detail) => ({ what: 'A warning was reported', detail, hint: '' }))];
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
