import { GitRepository, gitRepositoryResource } from '@capstan/api';
import { isCapstanError, messageOf, retryPolicyOf } from '@capstan/errors';
import type { WorkResult } from '@capstan/kube';
import { canonicalJson, durationMilliseconds, refOf, type KubernetesObject } from '@capstan/object';
import type { Artifact } from '@capstan/source';
import type { Engine } from '../../runtime/engine.ts';
import type { Reconciler, Turn } from '../../runtime/reconciler.ts';
import { timestamp } from '../../runtime/time.ts';
import { refuseUnhonoured } from '../honoured.ts';
import { condition, FLUX_FINALIZER, reason, REQUESTED_AT, SOURCE_CONTROLLER, SOURCE_GROUP } from '../names.ts';
import { annotationOf, generationOf, isDeleting, viewOf } from '../resource-view.ts';
import { gitRequestOf, type SourceTrees } from '../source-trees.ts';
import { finalizersOf, writeFinalizer, writeStatus, type StatusWriter } from '../status-patch.ts';
import { failed, progressing, succeeded, type Draft, type StepFailure } from './draft.ts';
import { formatRevision, referenceOf } from './reference.ts';

type Spec = NonNullable<GitRepository['spec']>;

/** One run over one GitRepository. */
interface Run {
  readonly engine: Engine;
  readonly trees: SourceTrees;
  readonly turn: Turn;
  readonly writer: StatusWriter;
  readonly spec: Spec;
  readonly object: KubernetesObject;
  readonly draft: Draft;
}

/** Reconciles GitRepositories: finalizer, guards, then fetch and store, and what came of it into status. */
export function gitRepositoryReconciler(engine: Engine, trees: SourceTrees): Reconciler {
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
      const run: Run = { engine, trees, turn, writer, object, draft, spec: view.spec ?? { interval: '1m', url: '' } };
      if (view.spec?.suspend === true) {
        await finish(run, draft);
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
  engine.clusters.local.live.wrote(turn.ref, await writeFinalizer(writer, object, FLUX_FINALIZER, false));
  return {};
}

async function reconcile(run: Run): Promise<WorkResult> {
  const { engine, turn, spec } = run;
  const again: WorkResult = { requeueAfterMs: durationMilliseconds(spec.interval) };
  try {
    refuseUnhonoured('GitRepository', run.object);
    const intent = await announce(run);
    const request = await gitRequestOf(engine, run.object, turn.signal);
    const reference = referenceOf(spec.ref);
    const found = await engine.git.resolve(request, reference, turn.signal);
    const revision = formatRevision(found, reference);
    const before = intent.draft.status.artifact;
    const current =
      before !== undefined && before.revision === revision && intent.draft.status.observedIgnore === spec.ignore;
    if (current && (await engine.artifacts.verify(before))) {
      await finish(intent, succeeded(intent.draft, before, generationOf(intent.object)));
      return again;
    }
    const content = await run.trees.content(intent.object, found.commit, turn.signal);
    const artifact = await engine.artifacts.store(ownerOf(turn), found, content);
    const stored = succeeded(intent.draft, artifactView(run, artifact, revision), generationOf(intent.object));
    const status = spec.ignore === undefined ? stored.status : { ...stored.status, observedIgnore: spec.ignore };
    await finish(intent, { ...stored, status });
    await announceArtifact(intent, artifact, revision, request, before?.digest);
    await engine.artifacts.collect(ownerOf(turn), artifact.path);
    return again;
  } catch (error) {
    if (turn.signal.aborted) return {};
    return fail(run, error);
  }
}

/** Writes the intent where the generation is new, a reconcile was asked for, or nothing has been stored yet. */
async function announce(run: Run): Promise<Run> {
  const { status, context } = run.draft;
  const observed = Number(status.observedGeneration ?? -1);
  const asked = annotationOf(run.object, REQUESTED_AT);
  if (observed === context.generation && asked === status.lastHandledReconcileAt && status.artifact !== undefined)
    return run;
  const message =
    observed === context.generation
      ? 'reconciliation in progress'
      : `processing object: new generation ${observed} -> ${context.generation}`;
  const building = status.artifact === undefined ? 'building artifact' : message;
  const draft = progressing(run.draft, building, { ready: status.artifact === undefined });
  const object = await writeStatus(run.writer, run.object, draft.status);
  run.engine.clusters.local.live.wrote(run.turn.ref, object);
  return { ...run, object, draft };
}

async function finish(run: Run, draft: Draft): Promise<void> {
  const asked = annotationOf(run.object, REQUESTED_AT);
  const status = asked === undefined ? draft.status : { ...draft.status, lastHandledReconcileAt: asked };
  run.engine.clusters.local.live.wrote(run.turn.ref, await writeStatus(run.writer, run.object, status));
}

async function announceArtifact(
  run: Run,
  artifact: Artifact,
  revision: string,
  request: Parameters<Engine['git']['describe']>[0],
  before: string | undefined,
): Promise<void> {
  if (before === artifact.digest) return;
  const { message } = await run.engine.git.describe(request, artifact.revision.commit);
  const [title = ''] = message.split('\n');
  run.engine.events(SOURCE_CONTROLLER).record({
    regarding: { ...refOf(run.object), ...uidOf(run.object) },
    type: 'Normal',
    reason: 'NewArtifact',
    message: `stored artifact for commit '${title}'`,
    annotations: { [`${SOURCE_GROUP}/revision`]: revision, [`${SOURCE_GROUP}/digest`]: artifact.digest },
  });
}

async function fail(run: Run, error: unknown): Promise<WorkResult> {
  const failure = failureOf(run, error);
  // The intent may have been written meanwhile: go on from the newest state.
  const object = (await run.engine.clusters.local.live.get(run.turn.ref, run.turn.signal)) ?? run.object;
  const status = viewOf(GitRepository, object).status ?? {};
  await finish({ ...run, object }, failed({ ...run.draft, status }, failure));
  run.engine.events(SOURCE_CONTROLLER).record({
    regarding: { ...refOf(object), ...uidOf(object) },
    type: 'Warning',
    reason: failure.reason,
    message: failure.message,
  });
  return failure.stalled ? {} : { backOff: true };
}

function failureOf(run: Run, error: unknown): StepFailure {
  const stalled =
    isCapstanError(error, 'NOT_HONOURED', 'GIT_URL_INVALID', 'SPEC_INVALID') && retryPolicyOf(error) === 'stalled';
  if (isCapstanError(error, 'NOT_HONOURED'))
    return { type: condition.fetchFailed, reason: reason.notHonoured, message: error.message, stalled };
  if (isCapstanError(error, 'GIT_URL_INVALID'))
    return { type: condition.fetchFailed, reason: reason.urlInvalid, message: error.message, stalled };
  if (isCapstanError(error, 'ARTIFACT_STORAGE_FAILED'))
    return {
      type: condition.storageOperationFailed,
      reason: 'ArchiveOperationFailed',
      message: messageOf(error),
      stalled: false,
    };
  const secret = run.spec.secretRef?.name;
  if (isCapstanError(error, 'KUBE_NOT_FOUND', 'GIT_CREDENTIALS_INVALID') && secret !== undefined) {
    const message = `failed to get secret '${run.turn.ref.namespace}/${secret}': ${error.message}`;
    return { type: condition.fetchFailed, reason: reason.authenticationFailed, message, stalled: false };
  }
  return {
    type: condition.fetchFailed,
    reason: reason.gitOperationFailed,
    message: `failed to checkout and determine revision: ${messageOf(error)}`,
    stalled: false,
  };
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

function uidOf(object: KubernetesObject): { readonly uid?: string } {
  const { uid } = object.metadata;
  return typeof uid === 'string' ? { uid } : {};
}
