import { GitRepository, gitRepositoryResource } from '@capstan/api';
import type { WorkResult } from '@capstan/kube';
import { canonicalJson, durationMilliseconds, type KubernetesObject } from '@capstan/object';
import type { Artifact, GitRequest } from '@capstan/source';
import type { Engine } from '../../runtime/engine.ts';
import type { Reconciler, Turn } from '../../runtime/reconciler.ts';
import { timestamp } from '../../runtime/time.ts';
import { conditionOf, isTrue } from '../conditions.ts';
import type { GitRequests } from '../git-request.ts';
import { refuseUnhonoured } from '../honoured.ts';
import { condition, FLUX_FINALIZER, reason, REQUESTED_AT, SOURCE_CONTROLLER, SOURCE_GROUP } from '../names.ts';
import { annotationOf, generationOf, isDeleting, viewOf } from '../resource-view.ts';
import { missingPath } from '../source-content.ts';
import type { SourceTrees } from '../source-trees.ts';
import { tellOf, type Tale } from '../tell.ts';
import type { Watchers } from '../kustomization/watchers.ts';
import { finalizersOf, writeFinalizer, writeStatus, type StatusWriter } from '../status-patch.ts';
import { AS_BEFORE, failed, progressing, settledByReady, succeeded, type Draft, type StepFailure } from './draft.ts';
import { failureWords } from './failure-words.ts';
import { findIncluded, includedRefs } from './includes.ts';
import { layoutKey, observations, storedLayout, wantedLayout, withoutObservations } from './layout.ts';
import { formatRevision, referenceOf } from './reference.ts';
import { needsVerification, verifySource } from './verify-source.ts';

type Spec = NonNullable<GitRepository['spec']>;

/** A second look at what is waited for, should an event be lost. */
const SECOND_LOOK_MS = 30_000;

/** What all runs share. */
export interface SourceParts {
  readonly trees: SourceTrees;
  readonly requests: GitRequests;
  /** Who includes which source. */
  readonly includers: Watchers;
}

/** One run over one GitRepository. */
interface Run {
  readonly engine: Engine;
  readonly trees: SourceTrees;
  readonly requests: GitRequests;
  readonly turn: Turn;
  readonly writer: StatusWriter;
  readonly spec: Spec;
  readonly object: KubernetesObject;
  readonly draft: Draft;
}

/** Reconciles GitRepositories: finalizer, guards, then fetch and store, and what came of it into status. */
export function gitRepositoryReconciler(engine: Engine, { trees, requests, includers }: SourceParts): Reconciler {
  return {
    name: SOURCE_CONTROLLER,
    kind: gitRepositoryResource,
    fingerprint: (object) =>
      canonicalJson({
        spec: object['spec'] ?? null,
        at: annotationOf(object, REQUESTED_AT) ?? null,
        gone: isDeleting(object),
        finalizers: [...finalizersOf(object)],
      }),
    reconcile: async (turn) => {
      if (turn.object === undefined) {
        await engine.artifacts.remove(ownerOf(turn));
        includers.drop(turn.ref);
        return {};
      }
      const writer: StatusWriter = {
        client: engine.clusters.local.client,
        manager: SOURCE_CONTROLLER,
        signal: turn.signal,
      };
      if (isDeleting(turn.object)) return finalize(engine, turn, turn.object, writer);
      const object = await writeFinalizer(writer, turn.object, FLUX_FINALIZER, true);
      engine.clusters.local.live.wrote(turn.ref, object);
      const view = viewOf(GitRepository, object);
      const draft: Draft = {
        status: view.status ?? {},
        context: { now: timestamp(engine.clock.now()), generation: generationOf(object) },
      };
      const spec = view.spec ?? { interval: '1m', url: '' };
      const run: Run = { engine, trees, requests, turn, writer, object, draft, spec };
      includers.set(turn.ref, includedRefs(run.spec, turn.ref.namespace));
      if (view.spec?.suspend === true) {
        await finish(run, settledByReady(draft));
        return {};
      }
      return reconcile(run);
    },
  };
}

async function finalize(
  engine: Engine,
  turn: Turn,
  object: KubernetesObject,
  writer: StatusWriter,
): Promise<WorkResult> {
  await engine.artifacts.remove(ownerOf(turn));
  tell(
    { engine, object },
    {
      type: 'Normal',
      reason: reason.garbageCollectionSucceeded,
      message: 'garbage collected artifacts for deleted resource',
    },
  );
  engine.clusters.local.live.wrote(turn.ref, await writeFinalizer(writer, object, FLUX_FINALIZER, false));
  return {};
}

async function reconcile(run: Run): Promise<WorkResult> {
  try {
    return await follow(run);
  } catch (error) {
    if (run.turn.signal.aborted) return {};
    return fail(run, await wordsOf(run, error));
  }
}

/** The steps: what is included, what the reference names now, whether that is stored already, who signed it, storing it. */
async function follow(run: Run): Promise<WorkResult> {
  const { engine, turn, spec } = run;
  const { signal, aside } = turn;
  const { namespace } = turn.ref;
  const again: WorkResult = { requeueAfterMs: durationMilliseconds(spec.interval) };
  refuseUnhonoured('GitRepository', run.object);
  const intent = await announce(run);
  const request = await run.requests.of(run.object, signal);
  const included = await findIncluded(engine, spec, namespace, signal);
  if ('stalled' in included) return fail(intent, included);
  const reference = referenceOf(spec.ref);
  const found = await aside(engine.git.resolve(request, reference, signal));
  const revision = formatRevision(found, reference);
  const layout = wantedLayout(spec, found.commit, included);
  const { status } = intent.draft;
  const { artifact: before, conditions } = status;
  const kept = storedLayout(status);
  const stored = {
    commit: found.commit,
    revision,
    request,
    before: before?.digest,
    wasFailing: failing.some((type) => isTrue(conditions ?? [], type)),
  };
  const isCurrent =
    before?.revision === revision &&
    kept !== undefined &&
    layoutKey(kept) === layoutKey(layout) &&
    !needsVerification(spec, status);
  if (isCurrent && (await engine.artifacts.verify(before))) {
    const verified = spec.verify === undefined ? undefined : AS_BEFORE;
    await finish(intent, succeeded(intent.draft, before, generationOf(intent.object), verified));
    await announceArtifact(intent, { ...stored, artifact: before });
    return again;
  }
  if (layout.sparse.length > 0) {
    const tree = await aside(engine.git.tree(request, found, signal, { links: 'omit' }));
    const missing = await missingPath(tree, layout.sparse);
    if (missing !== undefined) return fail(intent, noSuchFolder(missing));
  }
  const verified = await aside(verifySource(spec, found, { engine, request, namespace, signal }));
  if (verified !== undefined && 'stalled' in verified) return fail(intent, verified);
  const content = await aside(run.trees.content(intent.object, layout, signal));
  const artifact = await engine.artifacts.store(ownerOf(turn), found, content);
  const view = artifactView(run, artifact, revision);
  const next = succeeded(intent.draft, view, generationOf(intent.object), verified?.message);
  const mode = verified === undefined ? {} : { sourceVerificationMode: verified.mode };
  await finish(intent, {
    ...next,
    status: { ...withoutObservations(next.status), ...observations(spec, included), ...mode },
  });
  await announceArtifact(intent, { ...stored, artifact });
  await engine.artifacts.collect(ownerOf(turn), artifact.path);
  return again;
}

function noSuchFolder(path: string): StepFailure {
  const why = `sparse checkout dir '${path}' does not exist in repository: lstat ${path}: no such file or directory`;
  return {
    type: condition.fetchFailed,
    reason: reason.gitOperationFailed,
    message: `failed to sparse checkout directories : ${why}`,
    stalled: false,
  };
}

const failing = [condition.fetchFailed, condition.storageOperationFailed, condition.includeUnavailable];

/** Writes the intent where the generation is new, a reconcile was asked for, or nothing has been stored yet. */
async function announce(run: Run): Promise<Run> {
  const { status, context } = run.draft;
  const observed = Number(status.observedGeneration ?? -1);
  const asked = annotationOf(run.object, REQUESTED_AT);
  if (observed === context.generation && asked === status.lastHandledReconcileAt && status.artifact !== undefined)
    return run;
  if (isRetry(run)) return run;
  const draft = progressing(run.draft, doingMessage(run.draft), { ready: status.artifact === undefined });
  const object = await writeStatus(run.writer, run.object, draft.status);
  run.engine.clusters.local.live.wrote(run.turn.ref, object);
  return { ...run, object, draft };
}

/** Whether this is one more try of what has failed already: status says so, and need not be written to and fro. */
function isRetry({ draft, object }: Run): boolean {
  const { conditions = [], lastHandledReconcileAt } = draft.status;
  if (annotationOf(object, REQUESTED_AT) !== lastHandledReconcileAt) return false;
  const doing = conditionOf(conditions, condition.reconciling);
  return (
    doing?.reason === reason.progressingWithRetry && Number(doing.observedGeneration ?? -1) === draft.context.generation
  );
}

async function finish(run: Run, draft: Draft): Promise<void> {
  const asked = annotationOf(run.object, REQUESTED_AT);
  const status = asked === undefined ? draft.status : { ...draft.status, lastHandledReconcileAt: asked };
  run.engine.clusters.local.live.wrote(run.turn.ref, await writeStatus(run.writer, run.object, status));
}

/** Tells of a new artifact, or that one that was there already can be had again after a failure. */
async function announceArtifact(run: Run, stored: Stored): Promise<void> {
  const { artifact, revision, before, wasFailing } = stored;
  const isNew = before !== artifact.digest;
  if (!isNew && !wasFailing) return;
  const title = isNew ? await titleOf(run, stored) : revision;
  tell(run, {
    type: 'Normal',
    reason: isNew ? reason.newArtifact : reason.succeeded,
    message: `stored artifact for commit '${title}'`,
    annotations: { [`${SOURCE_GROUP}/digest`]: artifact.digest, [`${SOURCE_GROUP}/revision`]: revision },
  });
}

async function titleOf(run: Run, { request, commit }: Stored): Promise<string> {
  const { message } = await run.engine.git.describe(request, commit);
  return message.split('\n')[0] ?? '';
}

interface Stored {
  readonly artifact: { readonly digest: string };
  readonly commit: string;
  readonly revision: string;
  readonly request: GitRequest;
  /** Digest of the artifact that was stored before. */
  readonly before: string | undefined;
  readonly wasFailing: boolean;
}

async function wordsOf(run: Run, error: unknown): Promise<StepFailure> {
  const { spec, turn } = run;
  const object = await newest(run);
  return failureWords(error, {
    url: spec.url,
    reference: referenceOf(spec.ref),
    namespace: turn.ref.namespace,
    secret: spec.secretRef?.name,
    hasArtifact: viewOf(GitRepository, object).status?.artifact !== undefined,
  });
}

// The intent may have been written meanwhile.
async function newest(run: Run): Promise<KubernetesObject> {
  return (await run.engine.clusters.local.live.get(run.turn.ref, run.turn.signal)) ?? run.object;
}

async function fail(run: Run, failure: StepFailure): Promise<WorkResult> {
  const object = await newest(run);
  const status = viewOf(GitRepository, object).status ?? {};
  const current = { ...run, object, draft: { ...run.draft, status } };
  const doing = progressing(current.draft, doingMessage(current.draft), { ready: false });
  await finish(current, failed(doing, failure));
  const type = failure.isWait === true ? 'Normal' : 'Warning';
  tell(current, { type, reason: failure.reason, message: failure.message });
  // What is waited for wakes us when it is there.
  if (failure.isWait === true) return { requeueAfterMs: SECOND_LOOK_MS };
  return failure.stalled ? {} : { backOff: true };
}

/** What a reconcile is doing, in the words of its Reconciling condition. */
function doingMessage({ status, context }: Draft): string {
  if (status.artifact === undefined) return 'building artifact';
  const observed = Number(status.observedGeneration ?? -1);
  return observed === context.generation
    ? 'reconciliation in progress'
    : `processing object: new generation ${observed} -> ${context.generation}`;
}

function tell(run: { readonly engine: Engine; readonly object: KubernetesObject }, tale: Tale): void {
  tellOf(run.engine, SOURCE_CONTROLLER, run.object, tale);
}

function artifactView(run: Run, artifact: Artifact, revision: string) {
  return {
    digest: artifact.digest,
    lastUpdateTime: run.draft.context.now,
    path: artifact.path,
    revision,
    size: artifact.size,
    url: run.engine.artifactUrl(artifact.path),
  };
}

function ownerOf(turn: Turn) {
  return { kind: 'gitrepository', namespace: turn.ref.namespace, name: turn.ref.name };
}
