import { GitRepository, gitRepositoryResource } from '@capstan/api';
import { isCapstanError } from '@capstan/errors';
import { refuseUnhonoured } from '../honoured.ts';
import { reason } from '../names.ts';
import { viewOf } from '../resource-view.ts';
import { dependenciesOf, unreadyDependency } from './dependencies.ts';
import { configRefs } from './inputs.ts';
import { done, type Outcome, type SourceAt } from './outcome.ts';
import { retryInterval, type Run } from './run.ts';

/** What is not there yet wakes us when it appears; this is a second look, should an event be lost. */
const SECOND_LOOK_MS = 30_000;

/** Whether all that the resource asks for is honoured. Where it is not, nothing is written but that. */
export function checkHonoured(run: Run): Outcome<undefined> {
  try {
    refuseUnhonoured('Kustomization', run.object);
    return done(undefined);
  } catch (error) {
    if (!isCapstanError(error, 'NOT_HONOURED')) throw error;
    return { kind: 'stopped', words: { reason: reason.notHonoured, message: error.message } };
  }
}

/** The source and the revision that it holds. */
export async function findSource(run: Run): Promise<Outcome<SourceAt>> {
  const { spec, turn } = run;
  const { kind, name } = spec.sourceRef;
  const ref = { ...gitRepositoryResource, kind, name, namespace: spec.sourceRef.namespace ?? turn.ref.namespace };
  run.watchers.set(turn.ref, ref, [...dependenciesOf(spec, turn.ref), ...configRefs(spec, turn.ref)]);
  if (kind !== 'GitRepository') {
    const message = `spec.sourceRef.kind ${kind} is not honoured by Capstan yet; nothing is changed until it is a GitRepository`;
    return { kind: 'stopped', words: { reason: reason.notHonoured, message } };
  }
  const object = await run.cluster.live.get(ref, turn.signal);
  if (object === undefined) {
    const message = `${kind}.${ref.group} "${name}" not found`;
    return waitingFor(message, retryInterval(spec));
  }
  const revision = viewOf(GitRepository, object).status?.artifact?.revision;
  if (revision === undefined) return waitingFor('Source artifact not found, retrying in 30s', SECOND_LOOK_MS);
  return done({ object, revision });
}

/** Whether all that it depends on is ready. */
export async function checkDependencies(run: Run, { revision }: SourceAt): Promise<Outcome<undefined>> {
  const problem = await unreadyDependency(run.spec, run.turn.ref, revision, run.cluster.live, run.turn.signal);
  if (problem === undefined) return done(undefined);
  return {
    kind: 'waiting',
    requeueAfterMs: SECOND_LOOK_MS,
    ready: { reason: reason.dependencyNotReady, message: problem },
    event: {
      reason: reason.dependencyNotReady,
      message: 'Dependencies do not meet ready condition, retrying in 30s',
      revision,
    },
  };
}

function waitingFor(message: string, requeueAfterMs: number): Outcome<never> {
  return { kind: 'waiting', requeueAfterMs, ready: { reason: reason.artifactFailed, message } };
}
