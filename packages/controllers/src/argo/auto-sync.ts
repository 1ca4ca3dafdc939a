import type { ApplicationView, Operation, SyncOperation } from './application.ts';
import type { Comparison, ManagedObject } from './compare/comparison.ts';
import { isCompleted, statedSources, type OperationState } from './operation/state.ts';
import type { ArgoSettings } from './settings/argo-settings.ts';
import { sameSources, sourcesOf, type SourceSet } from './source/source-set.ts';

/** Retries of an automated sync whose policy says nothing. */
const DEFAULT_RETRY_LIMIT = 5;

/** What automation does about how an Application stands. */
export type AutoSync =
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly message: string }
  /** Healing an application again and again waits. */
  | { readonly kind: 'later'; readonly afterMs: number }
  | { readonly kind: 'start'; readonly operation: Operation; readonly heals: boolean };

/** What `automated` is asked for. */
export interface AutoSyncInput {
  readonly application: Pick<ApplicationView, 'spec' | 'operation'>;
  readonly comparison: Comparison;
  /** The commits that the sources stand at, in their order. */
  readonly revisions: readonly string[];
  /** The last operation, if there was one. */
  readonly last: OperationState | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How healing again and again slows down. */
  readonly heal: ArgoSettings['selfHeal'];
}

/**
 * Decides whether a sync is started. Each revision and source is attempted once; healing the same one again is a partial
 * sync of what has drifted, with back-off; what would delete everything is refused unless that is allowed.
 */
export function autoSync({ application, comparison, revisions, last, now, heal }: AutoSyncInput): AutoSync {
  const { spec } = application;
  const sources = sourcesOf(spec);
  const automated = spec.syncPolicy?.automated;
  if (automated === undefined || automated.enabled === false) return { kind: 'none' };
  if (application.operation !== undefined || comparison.own !== 'OutOfSync') return { kind: 'none' };
  const prune = automated.prune === true;
  // In the order of Git, as Argo CD names what it heals.
  const managed = comparison.managed.filter(({ keptBy }) => keptBy === undefined);
  const drifted = managed.filter(({ sync }) => sync !== 'Synced');
  if (!prune && drifted.every(({ requiresPruning }) => requiresPruning)) return { kind: 'none' };
  const attempted = last !== undefined && isAttempted(last, revisions, sources);
  if (attempted && last.phase !== 'Succeeded')
    return {
      kind: 'error',
      message: `Failed last sync attempt to [${(last.revisions ?? []).join(' ')}]: ${last.message}`,
    };
  if (attempted && automated.selfHeal !== true) return { kind: 'none' };
  const heals = attempted ? Number(last.operation.sync?.autoHealAttemptsCount ?? 0) : 0;
  if (attempted) {
    const remaining = healDelay(heals, heal) - (now - Date.parse(last.finishedAt ?? last.startedAt));
    if (remaining > 0) return { kind: 'later', afterMs: remaining };
  }
  if (prune && automated.allowEmpty !== true && managed.every(({ requiresPruning }) => requiresPruning))
    return {
      kind: 'error',
      message: `Skipping sync attempt to [${revisions.join(' ')}]: auto-sync will wipe out all resources`,
    };
  const options = spec.syncPolicy?.syncOptions ?? [];
  return {
    kind: 'start',
    heals: attempted,
    operation: {
      initiatedBy: { automated: true },
      retry: retryOf(spec.syncPolicy?.retry),
      sync: {
        ...(attempted
          ? {
              autoHealAttemptsCount: heals + 1,
              ...(drifted.length === 0 ? {} : { resources: drifted.map(resourceOf) }),
            }
          : {}),
        ...(prune ? { prune } : {}),
        ...wantedOf(sources, revisions),
        ...(options.length === 0 ? {} : { syncOptions: options }),
      },
    },
  };
}

function resourceOf({ ref }: ManagedObject): NonNullable<SyncOperation['resources']>[number] {
  return { ...(ref.group === '' ? {} : { group: ref.group }), kind: ref.kind, name: ref.name };
}

// A limit of none is left out, as Argo CD's own types print it.
function retryOf(retry: Operation['retry']): NonNullable<Operation['retry']> {
  if (retry === undefined) return { limit: DEFAULT_RETRY_LIMIT };
  const { limit, ...rest } = retry;
  return limit === undefined || Number(limit) === 0 ? rest : { ...rest, limit };
}

/** How long after its last sync an application is healed for the n-th time; the first time at once. */
export function healDelay(heals: number, { baseMs, factor, capMs, fixedMs }: ArgoSettings['selfHeal']): number {
  if (baseMs === 0) return fixedMs;
  return heals === 0 ? 0 : Math.min(baseMs * factor ** (heals - 1), capMs);
}

function wantedOf(sources: SourceSet, revisions: readonly string[]): NonNullable<Operation['sync']> {
  const [source] = sources.list;
  if (sources.multiple) return { revisions: [...revisions], sources: [...sources.list] };
  return { revision: revisions[0] ?? '', ...(source === undefined ? {} : { source }) };
}

function isAttempted(last: OperationState, revisions: readonly string[], sources: SourceSet): boolean {
  if (last.revisions === undefined) return isCompleted(last);
  const same = last.revisions.length === revisions.length && last.revisions.every((one, at) => one === revisions[at]);
  return same && sameSources(statedSources(last), sources);
}
