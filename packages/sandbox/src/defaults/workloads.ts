import { child, children, ensureChild, hasItems, setDefault, text, type Draft } from './draft.ts';
import { defaultPodTemplate } from './pod.ts';
import { defaultClaim } from './storage.ts';

const HISTORY = 10;
const PROGRESS_SECONDS = 600;
const BACKOFF = 6;
const MAX_INT32 = 2_147_483_647;

export function defaultDeployment(deployment: Draft): void {
  const spec = ensureChild(deployment, 'spec');
  setDefault(spec, 'replicas', 1);
  const strategy = ensureChild(spec, 'strategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = ensureChild(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxUnavailable', '25%');
    setDefault(rolling, 'maxSurge', '25%');
  }
  setDefault(spec, 'revisionHistoryLimit', HISTORY);
  setDefault(spec, 'progressDeadlineSeconds', PROGRESS_SECONDS);
  defaultPodTemplate(spec);
}

export function defaultReplicaSet(replicaSet: Draft): void {
  const spec = ensureChild(replicaSet, 'spec');
  setDefault(spec, 'replicas', 1);
  defaultPodTemplate(spec);
}

export function defaultReplicationController(controller: Draft): void {
  const spec = ensureChild(controller, 'spec');
  setDefault(spec, 'replicas', 1);
  const labels = child(child(child(spec, 'template'), 'metadata'), 'labels');
  if (labels !== undefined) {
    if (!hasItems(spec, 'selector')) spec['selector'] = { ...labels };
    const metadata = ensureChild(controller, 'metadata');
    if (!hasItems(metadata, 'labels')) metadata['labels'] = { ...labels };
  }
  if (child(spec, 'template') !== undefined) defaultPodTemplate(spec);
}

export function defaultStatefulSet(set: Draft): void {
  const spec = ensureChild(set, 'spec');
  setDefault(spec, 'podManagementPolicy', 'OrderedReady');
  const strategy = ensureChild(spec, 'updateStrategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = ensureChild(strategy, 'rollingUpdate');
    setDefault(rolling, 'partition', 0);
    setDefault(rolling, 'maxUnavailable', 1);
  }
  const retention = ensureChild(spec, 'persistentVolumeClaimRetentionPolicy');
  setDefault(retention, 'whenDeleted', 'Retain');
  setDefault(retention, 'whenScaled', 'Retain');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'revisionHistoryLimit', HISTORY);
  defaultPodTemplate(spec);
  for (const claim of children(spec, 'volumeClaimTemplates')) {
    setDefault(claim, 'apiVersion', 'v1');
    setDefault(claim, 'kind', 'PersistentVolumeClaim');
    defaultClaim(claim);
  }
}

export function defaultDaemonSet(set: Draft): void {
  const spec = ensureChild(set, 'spec');
  const strategy = ensureChild(spec, 'updateStrategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = ensureChild(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxUnavailable', 1);
    setDefault(rolling, 'maxSurge', 0);
  }
  setDefault(spec, 'revisionHistoryLimit', HISTORY);
  defaultPodTemplate(spec);
}

export function defaultJob(job: Draft): void {
  const spec = ensureChild(job, 'spec');
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
  setDefault(spec, 'parallelism', 1);
  setDefault(spec, 'backoffLimit', spec['backoffLimitPerIndex'] === undefined ? BACKOFF : MAX_INT32);
  setDefault(spec, 'completionMode', 'NonIndexed');
  setDefault(spec, 'suspend', false);
  setDefault(
    spec,
    'podReplacementPolicy',
    child(spec, 'podFailurePolicy') === undefined ? 'TerminatingOrFailed' : 'Failed',
  );
  setDefault(spec, 'manualSelector', false);
  defaultPodTemplate(spec);
  const labels = child(child(child(spec, 'template'), 'metadata'), 'labels');
  const metadata = ensureChild(job, 'metadata');
  // A new Job gets its labels once its own selector's are among the template's (`prepareForCreate`).
  const stored = text(metadata, 'uid') !== '';
  if (stored && labels !== undefined && !hasItems(metadata, 'labels')) metadata['labels'] = { ...labels };
  for (const rule of children(child(spec, 'podFailurePolicy'), 'rules')) {
    for (const pattern of children(rule, 'onPodConditions')) setDefault(pattern, 'status', 'True');
  }
}

export function defaultCronJob(cronJob: Draft): void {
  const spec = ensureChild(cronJob, 'spec');
  if (text(spec, 'concurrencyPolicy') === '') spec['concurrencyPolicy'] = 'Allow';
  setDefault(spec, 'suspend', false);
  setDefault(spec, 'successfulJobsHistoryLimit', 3);
  setDefault(spec, 'failedJobsHistoryLimit', 1);
  const template = ensureChild(spec, 'jobTemplate');
  ensureChild(template, 'metadata');
  defaultPodTemplate(ensureChild(template, 'spec'));
}
