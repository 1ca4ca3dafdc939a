import { getPath, isJsonObject, type JsonObject, type KubernetesObject } from '@capstan/object';
import { isAutomated } from './argo-app.ts';
import { conditionsOf, type ConditionView } from './condition.ts';
import { mappingsAt, numberAt, textAt } from './fields.ts';
import { operationMessages, refusalReason, windowReasons, type ProjectEvidence } from './project-reasons.ts';
import type { Reason } from './reasons.ts';

const ARGO = 'argocd.argoproj.io';
const APPROVE = `annotate the Application with ${ARGO}/deletion-approved=$(date -u +%Y-%m-%dT%H:%M:%SZ)`;

/** Why an Application is not synced, healthy and at work; the nearest cause stands first. */
export function argoReasons(app: KubernetesObject, evidence: ProjectEvidence | undefined): readonly Reason[] {
  if (textAt(app.metadata, 'deletionTimestamp') !== '') return deletionReasons(app);
  if (!isJsonObject(getPath(app, 'status')))
    return [{ what: 'No controller has seen it', detail: 'it has no status', hint: 'is `capstan run` at work?' }];
  const told = conditionsOf(app).filter(({ type }) => type.endsWith('Error') || type.endsWith('Warning'));
  return withoutRepeats([
    ...skipReasons(app),
    ...told.map((entry) => refusalReason(entry.message, app, evidence?.project) ?? conditionReason(entry)),
    ...windowReasons(app, evidence?.windows),
    ...operationReasons(app, evidence),
    ...standingReasons(app),
  ]);
}

function deletionReasons(app: KubernetesObject): readonly Reason[] {
  const failures = conditionsOf(app).filter(({ type }) => type === 'DeletionError');
  const waiting = mappingsAt(app, 'status', 'resources').filter(
    (entry) => entry['requiresDeletionConfirmation'] === true,
  );
  const approval =
    waiting.length > 0 && textAt(app.metadata, 'annotations', `${ARGO}/deletion-approved`) === ''
      ? [{ what: 'Its deletion waits for approval', detail: waiting.map(nameOf).join('\n'), hint: APPROVE }]
      : [];
  const finalizers = getPath(app.metadata, 'finalizers');
  const list = Array.isArray(finalizers) ? finalizers.filter((entry) => typeof entry === 'string') : [];
  return [
    ...failures.map(({ message }) => ({ what: 'Its deletion has failed', detail: message, hint: '' })),
    ...approval,
    {
      what: 'It is being deleted',
      detail: list.length === 0 ? '' : `what it has made goes first (${list.join(', ')})`,
      hint: '',
    },
  ];
}

function skipReasons(app: KubernetesObject): readonly Reason[] {
  const isSkipped = textAt(app.metadata, 'annotations', `${ARGO}/skip-reconcile`) === 'true';
  if (!isSkipped) return [];
  const hint = `take the annotation ${ARGO}/skip-reconcile away`;
  return [{ what: 'It is left alone', detail: 'an annotation says that it is not to be reconciled', hint }];
}

/** What a person can do about a condition, by its type and by what its message begins with. */
const remedies: readonly {
  readonly type: string;
  readonly words: RegExp;
  readonly what: string;
  readonly hint: string;
}[] = [
  {
    type: 'SyncError',
    words: /auto-sync will wipe out all resources/,
    what: 'Git has none of its objects any more',
    hint: 'restore them in Git, set syncPolicy.automated.allowEmpty, or delete the Application',
  },
  {
    type: 'SyncError',
    words: /^Failed last sync attempt/,
    what: 'This commit has been tried, and is not tried again',
    hint: 'push another commit, or sync by hand once the cause is gone',
  },
  {
    type: 'SharedResourceWarning',
    words: /is part of applications/,
    what: 'Another Application has one of its objects, too',
    hint: 'take the object out of one of them',
  },
  {
    type: 'SharedResourceWarning',
    words: /is part of application .* and Kustomization .* keeps it$/,
    what: 'A Kustomization has one of its objects, too',
    hint: 'take the object out of one of them: whoever wrote it first keeps it until then',
  },
  {
    type: 'RepeatedResourceWarning',
    words: /appeared \d+ times/,
    what: 'An object stands in Git more than once',
    hint: 'keep one: the last one wins',
  },
  {
    type: 'ExcludedResourceWarning',
    words: /is excluded in the settings/,
    what: 'The settings exclude one of its kinds',
    hint: 'look at resource.exclusions and resource.inclusions in argocd-cm',
  },
  {
    type: 'OrphanedResourceWarning',
    words: /orphaned/,
    what: 'Its namespace holds objects that no Application has',
    hint: 'adopt or delete them, or name them in the project’s orphanedResources.ignore',
  },
  {
    type: 'ComparisonError',
    words: /unable to resolve '.*' to a commit SHA/,
    what: 'Git has no such revision',
    hint: 'check targetRevision, and that it is pushed',
  },
  {
    type: 'ComparisonError',
    words: /app path does not exist/,
    what: 'Git has no such folder',
    hint: 'check source.path at that revision',
  },
  {
    type: 'ComparisonError',
    words: /authentication required|could not read Username|Permission denied/,
    what: 'The repository lets nobody in without credentials',
    hint: `declare them in a Secret labelled ${ARGO}/secret-type=repository`,
  },
  {
    type: 'ComparisonError',
    words: /^Failed to load target state/,
    what: 'What Git wants cannot be read',
    hint: 'build the folder with `capstan build`',
  },
  {
    type: 'ComparisonError',
    words: /^Failed to compare desired state to live state/,
    what: 'Git and cluster cannot be compared',
    hint: 'look at ignoreDifferences and the schema of the object named',
  },
  {
    type: 'ComparisonError',
    words: /^Failed to load live state/,
    what: 'Its cluster cannot be read',
    hint: 'check that the cluster answers; nothing is pruned meanwhile',
  },
  {
    type: 'InvalidSpecError',
    words: /does not honour yet/,
    what: 'It uses something that Capstan does not honour yet',
    hint: 'remove the field, or leave this resource to Argo CD',
  },
];

function conditionReason({ type, message }: ConditionView): Reason {
  const known = remedies.find((remedy) => remedy.type === type && remedy.words.test(message));
  return { what: known?.what ?? type, detail: message, hint: known?.hint ?? '' };
}

function operationReasons(app: KubernetesObject, evidence: ProjectEvidence | undefined): readonly Reason[] {
  const phase = textAt(app, 'status', 'operationState', 'phase');
  const message = textAt(app, 'status', 'operationState', 'message');
  if (phase === 'Terminating') return [{ what: 'Its sync is being ended', detail: message, hint: '' }];
  if (phase === 'Running' || getPath(app, 'operation') !== undefined) return [runningReason(app, message)];
  if (phase !== 'Failed' && phase !== 'Error') return [];
  const failed = mappingsAt(app, 'status', 'operationState', 'syncResult', 'resources').filter(
    (entry) => textAt(entry, 'status') === 'SyncFailed' || textAt(entry, 'hookPhase') === 'Failed',
  );
  const detail = [message, ...failed.map((entry) => `${nameOf(entry)}: ${textAt(entry, 'message')}`)].join('\n');
  const refused = operationMessages(app).flatMap((text) => refusalReason(text, app, evidence?.project) ?? []);
  return [{ what: 'The last sync failed', detail, hint: `capstan sync ${textAt(app.metadata, 'name')}` }, ...refused];
}

/** What a running sync is busy with, or waits for. */
function runningReason(app: KubernetesObject, message: string): Reason {
  const state = getPath(app, 'status', 'operationState');
  if (/^waiting for pruning confirmation/.test(message))
    return { what: 'Its sync waits until a prune is approved', detail: message, hint: APPROVE };
  if (/^waiting for completion of hook/.test(message))
    return { what: 'Its sync waits for a hook to end', detail: message, hint: 'look at the hook with `capstan tree`' };
  if (/^waiting for healthy state/.test(message))
    return { what: 'Its sync waits for a wave to become healthy', detail: message, hint: '' };
  if (/^waiting for deletion/.test(message))
    return { what: 'Its sync waits until something is gone', detail: message, hint: 'is a finalizer holding it?' };
  const retries = numberAt(state, 'retryCount') ?? 0;
  if (textAt(state, 'finishedAt') !== '' && retries > 0)
    return {
      what: `Its sync has failed and is tried again (attempt ${retries})`,
      detail: message,
      hint: 'a newer commit waits until the attempts are used up, unless retry.refresh is set',
    };
  return { what: 'A sync is running', detail: message, hint: '' };
}

function standingReasons(app: KubernetesObject): readonly Reason[] {
  if (textAt(app, 'status', 'sync', 'status') !== 'OutOfSync') return [];
  const name = textAt(app.metadata, 'name');
  const automated = getPath(app, 'spec', 'syncPolicy', 'automated');
  if (!isAutomated(app)) {
    const isSuspended = isJsonObject(automated);
    return [
      {
        what: 'It differs from Git',
        detail: isSuspended ? 'its automated sync is suspended' : 'syncing is manual',
        hint: isSuspended ? `capstan resume ${name}` : `capstan diff ${name}; capstan sync ${name}`,
      },
    ];
  }
  const resources = mappingsAt(app, 'status', 'resources').filter((entry) => textAt(entry, 'status') === 'OutOfSync');
  const toPrune = resources.filter((entry) => entry['requiresPruning'] === true);
  if (resources.length > 0 && toPrune.length === resources.length && getPath(automated, 'prune') !== true)
    return [
      {
        what: 'Only prunes are left, and pruning is switched off',
        detail: toPrune.map(nameOf).join('\n'),
        hint: `set syncPolicy.automated.prune, or capstan sync ${name} --prune`,
      },
    ];
  const tried = textAt(app, 'status', 'operationState', 'syncResult', 'revision');
  const isTried = tried !== '' && tried === textAt(app, 'status', 'sync', 'revision');
  if (isTried && getPath(automated, 'selfHeal') !== true)
    return [
      {
        what: 'The cluster was changed after the sync, and is not healed',
        detail: 'syncPolicy.automated.selfHeal is off',
        hint: `set it, or capstan sync ${name}`,
      },
    ];
  return [];
}

function nameOf(entry: JsonObject): string {
  return `${textAt(entry, 'kind')} ${textAt(entry, 'name')}`;
}

function withoutRepeats(reasons: readonly Reason[]): readonly Reason[] {
  const seen = new Set<string>();
  return reasons.filter(({ what, detail }) => {
    const key = `${what}\n${detail}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
