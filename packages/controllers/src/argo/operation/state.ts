import type { Recorded, TaskResult } from '@capstan/apply';
import { durationMilliseconds, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { plain, type ApplicationStatus, type Operation, type Source } from '../application.ts';
import { sourcesOf, type SourceSet } from '../source/source-set.ts';
import { taskId } from './plan.ts';

/** The phases of an operation. */
export type OperationPhase = 'Running' | 'Terminating' | 'Succeeded' | 'Failed' | 'Error';

/** One object's result, as `syncResult.resources` lists it. */
export interface ResourceResult {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly status?: string;
  readonly message?: string;
  readonly hookType?: string;
  readonly hookPhase?: string;
  readonly syncPhase?: string;
  readonly images?: readonly string[];
}

/** An operation under way or ended, as `status.operationState` keeps it. */
export interface OperationState {
  readonly phase: OperationPhase;
  readonly message: string;
  readonly operation: Operation;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly retryCount: number;
  readonly source?: Source;
  /** The sources of an Application that has several: then they, and not `source`, are synced. */
  readonly sources?: readonly Source[];
  /** What is synced, a revision a source: abbreviated or symbolic ones until the comparison has resolved them. */
  readonly revisions?: readonly string[];
  readonly resources: readonly ResourceResult[];
  /** What the sync wrote, or was to write, into the metadata of the destination's namespace. */
  readonly namespaceMetadata?: JsonObject;
}

/** A new operation. */
export function newState(operation: Operation, now: string): OperationState {
  return { phase: 'Running', message: '', operation, startedAt: now, retryCount: 0, resources: [] };
}

/** Reads an operation's state. */
export function readState(state: NonNullable<ApplicationStatus['operationState']>): OperationState {
  const { syncResult, finishedAt, startedAt } = state;
  return {
    phase: phaseOf(state.phase),
    message: state.message ?? '',
    operation: state.operation,
    startedAt,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    retryCount: Number(state.retryCount ?? 0),
    ...(syncResult?.source === undefined ? {} : { source: syncResult.source }),
    ...(syncResult?.sources === undefined ? {} : { sources: syncResult.sources }),
    ...(syncResult === undefined
      ? {}
      : { revisions: sourcesOf(syncResult).multiple ? (syncResult.revisions ?? []) : [syncResult.revision] }),
    resources: (syncResult?.resources ?? []).map((entry) => plain(entry) as unknown as ResourceResult),
    ...(syncResult?.managedNamespaceMetadata === undefined
      ? {}
      : { namespaceMetadata: plain(syncResult.managedNamespaceMetadata) }),
  };
}

/** An operation's state as it is written. Argo CD's own types always print `retry`. */
export function writeState(state: OperationState): JsonObject {
  const operation = plain(state.operation);
  const { revisions = [], source, sources = [] } = state;
  const { multiple } = statedSources(state);
  const result: Record<string, JsonValue> = {
    ...(state.namespaceMetadata === undefined ? {} : { managedNamespaceMetadata: state.namespaceMetadata }),
    revision: multiple ? '' : (revisions[0] ?? ''),
    ...(multiple && revisions.length > 0 ? { revisions } : {}),
    ...(state.resources.length === 0 ? {} : { resources: state.resources.map((entry) => plain(entry)) }),
    ...(source !== undefined ? { source: plain(source) } : multiple ? { source: { repoURL: '' } } : {}),
    ...(multiple ? { sources: sources.map((entry) => plain(entry)) } : {}),
  };
  return {
    ...(state.finishedAt === undefined ? {} : { finishedAt: state.finishedAt }),
    ...(state.message === '' ? {} : { message: state.message }),
    operation: { ...operation, ...syncOf(operation), retry: operation['retry'] ?? {} },
    phase: state.phase,
    ...(state.retryCount === 0 ? {} : { retryCount: state.retryCount }),
    startedAt: state.startedAt,
    ...(state.revisions === undefined ? {} : { syncResult: result }),
  };
}

/** The sources that an operation syncs. */
export function statedSources(state: Pick<OperationState, 'source' | 'sources'>): SourceSet {
  return sourcesOf(state);
}

// Resources without a group or a namespace name none, as Argo CD's own types print them.
function syncOf(operation: JsonObject): JsonObject {
  const { sync } = operation;
  if (!isJsonObject(sync) || !Array.isArray(sync['resources'])) return {};
  const resources = (sync['resources'] as readonly JsonValue[]).map((resource) =>
    isJsonObject(resource)
      ? Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== ''))
      : resource,
  );
  return { sync: { ...sync, resources } };
}

/** Whether an operation has ended. */
export function isCompleted(state: Pick<OperationState, 'phase'>): boolean {
  return state.phase === 'Succeeded' || state.phase === 'Failed' || state.phase === 'Error';
}

/** What has been recorded of an operation, for the state machine. */
export function recordedOf(state: OperationState): Recorded {
  const results = new Map<string, TaskResult>();
  for (const entry of state.resources) {
    const result = resultOf(entry);
    if (result !== undefined) results.set(taskId(entry, entry.syncPhase ?? ''), result);
  }
  return { results, dryRunPassed: true };
}

const statuses: ReadonlyMap<string, TaskResult['status']> = new Map([
  ['Synced', 'synced'],
  ['SyncFailed', 'failed'],
  ['Pruned', 'pruned'],
  ['PruneSkipped', 'prune-skipped'],
]);
const phases: ReadonlyMap<string, TaskResult['phase']> = new Map([
  ['Running', 'running'],
  ['Succeeded', 'succeeded'],
  ['Failed', 'failed'],
  ['Error', 'error'],
]);

function resultOf(entry: ResourceResult): TaskResult | undefined {
  const status = statuses.get(entry.status ?? '');
  const phase = phases.get(entry.hookPhase ?? '');
  if (status === undefined || phase === undefined) return undefined;
  return { status, phase, message: entry.message ?? '' };
}

/** A task's result in the words of `syncResult`. */
export function wordsOf(result: TaskResult): Pick<ResourceResult, 'status' | 'hookPhase' | 'message'> {
  const of = <Value>(map: ReadonlyMap<string, Value>, wanted: Value): string =>
    [...map].find(([, value]) => value === wanted)?.[0] ?? '';
  return { status: of(statuses, result.status), hookPhase: of(phases, result.phase), message: result.message };
}

const DEFAULT_RETRY = { duration: 5_000, factor: 2, maxDuration: 180_000 };

/** How long a failed operation waits before its next attempt. A number without a unit is seconds. Throws DURATION_INVALID. */
export function retryDelay(operation: Operation, retryCount: number): number {
  const backoff = operation.retry?.backoff;
  const read = (text: string | undefined, otherwise: number): number =>
    text === undefined || text === ''
      ? otherwise
      : /^\d+$/.test(text)
        ? Number(text) * 1000
        : durationMilliseconds(text);
  const duration = read(backoff?.duration, DEFAULT_RETRY.duration);
  const maximum = read(backoff?.maxDuration, DEFAULT_RETRY.maxDuration);
  const factor = Number(backoff?.factor ?? DEFAULT_RETRY.factor);
  const delay = duration * factor ** retryCount;
  return maximum > 0 ? Math.min(maximum, delay) : delay;
}

/** Whether a failed operation is tried again. */
export function isRetried(state: OperationState): boolean {
  const limit = Number(state.operation.retry?.limit ?? 0);
  return limit < 0 || state.retryCount < limit;
}

function phaseOf(text: string): OperationPhase {
  switch (text) {
    case 'Terminating':
    case 'Succeeded':
    case 'Failed':
    case 'Error':
      return text;
    default:
      return 'Running';
  }
}
