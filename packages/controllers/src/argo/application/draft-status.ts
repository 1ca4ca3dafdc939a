import type { JsonObject, JsonValue } from '@capstan/object';
import { plain } from '../application.ts';
import { condition } from '../names.ts';
import { sourcesOf, writtenRevisions, writtenSources } from '../source/source-set.ts';
import { replaceConditions, resourceList, type StatusCondition } from '../status.ts';
import type { DestinationCluster } from '../destination/destination-cluster.ts';
import type { Run, Standing } from './run.ts';
import { summaryOf } from './summary.ts';

const evaluated = [
  condition.comparisonError,
  condition.invalidSpecError,
  condition.unknownError,
  condition.sharedResource,
  condition.repeatedResource,
  condition.excludedResource,
  condition.syncError,
];

/** The status that a comparison leads to: fields to be set, null for those to go. */
export function comparedStatus(
  run: Run,
  at: DestinationCluster,
  standing: Standing,
  syncError: string | undefined,
): JsonObject {
  const { evaluation, comparison } = standing;
  const { status, spec } = run.application;
  const { sources, revisions, sourceTypes } = evaluation;
  const summary = summaryOf(run, at, standing);
  const hadSummary = status.summary !== undefined;
  return {
    conditions: conditionsOf(run, standing, syncError),
    controllerNamespace: run.shared.namespace,
    health: healthEntry(run, comparison.health),
    resourceHealthSource: 'appTree',
    resources: resourceList(comparison),
    sourceType: sources.multiple ? null : (sourceTypes?.[0] ?? null),
    sourceTypes: sources.multiple ? (sourceTypes ?? null) : null,
    ...(Object.keys(summary).length > 0 || hadSummary ? { summary } : {}),
    sync: {
      comparedTo: {
        destination: plain(spec.destination),
        ...ignoreRules(spec),
        ...writtenSources(sourcesOf(spec)),
      },
      ...writtenRevisions(sources, revisions),
      status: comparison.sync,
    },
  };
}

/** The status of an Application that cannot be compared at all. */
export function refusedStatus(run: Run, conditions: readonly StatusCondition[]): JsonObject {
  const { status } = run.application;
  const sync = status.sync === undefined ? {} : plain(status.sync);
  return {
    conditions: replaceConditions(
      status.conditions ?? [],
      [condition.invalidSpecError, condition.unknownError],
      conditions,
      run.now,
    ),
    health: healthEntry(run, 'Unknown'),
    sync: { ...sync, status: 'Unknown' },
  };
}

// Without what is empty, as Argo CD's own types print the rules.
function ignoreRules({ ignoreDifferences = [] }: Run['application']['spec']): JsonObject {
  if (ignoreDifferences.length === 0) return {};
  const rules = ignoreDifferences.map((rule) =>
    Object.fromEntries(
      Object.entries(plain(rule)).filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)),
    ),
  );
  return { ignoreDifferences: rules };
}

/**
 * The status of an Application whose cluster cannot be reached: nobody knows how it stands. What it had stays listed, for
 * it is still there.
 */
export function unreachableStatus(run: Run, message: string): JsonObject {
  const { status } = run.application;
  const sync = status.sync === undefined ? {} : plain(status.sync);
  return {
    conditions: replaceConditions(
      status.conditions ?? [],
      [condition.invalidSpecError, condition.comparisonError, condition.unknownError],
      [{ type: condition.comparisonError, message }],
      run.now,
    ),
    health: healthEntry(run, 'Unknown'),
    sync: { ...sync, status: 'Unknown' },
  };
}

function conditionsOf(
  run: Run,
  { evaluation, comparison, orphans }: Standing,
  syncError: string | undefined,
): JsonValue {
  const found: StatusCondition[] = [];
  found.push(...errorsOf({ evaluation, comparison }));
  for (const message of [...comparison.shared, ...comparison.claimed])
    found.push({ type: condition.sharedResource, message });
  for (const message of evaluation.targets?.repeated ?? []) found.push({ type: condition.repeatedResource, message });
  for (const message of evaluation.targets?.excluded ?? []) found.push({ type: condition.excludedResource, message });
  if (orphans !== undefined && orphans.length > 0)
    found.push({
      type: condition.orphanedResource,
      message: `Application has ${orphans.length} orphaned resources`,
    });
  if (syncError !== undefined) found.push({ type: condition.syncError, message: syncError });
  // What is not known yet stands as it was.
  const types = orphans === undefined ? evaluated : [...evaluated, condition.orphanedResource];
  return replaceConditions(run.application.status.conditions ?? [], types, found, run.now);
}

/** What keeps an Application from being synced. */
export function errorsOf({
  evaluation,
  comparison,
}: Pick<Standing, 'evaluation' | 'comparison'>): readonly StatusCondition[] {
  const { error } = evaluation;
  return [
    ...(error === undefined ? [] : [{ type: condition.comparisonError, message: error.message }]),
    ...comparison.unplaced.map((message) => ({ type: condition.invalidSpecError, message })),
  ];
}

function healthEntry(run: Run, status: string): JsonObject {
  const before = run.application.status.health;
  const since = before?.status === status ? before.lastTransitionTime : run.now;
  return { ...(since === undefined ? {} : { lastTransitionTime: since }), status };
}
