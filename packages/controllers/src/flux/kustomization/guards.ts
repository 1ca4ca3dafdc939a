import { GitRepository, gitRepositoryResource } from '@capstan/api';
import { isCapstanError } from '@capstan/errors';
import { refuseUnhonoured } from '../honoured.ts';
import { reason } from '../names.ts';
import { viewOf } from '../resource-view.ts';
import { dependenciesOf, unreadyDependency } from './dependencies.ts';
import { healthExpressions } from './health-expressions.ts';
import { configRefs } from './inputs.ts';
import { done, type Outcome, type SourceAt } from './outcome.ts';
import { retryInterval, type Run } from './run.ts';

/** What is not there yet wakes us when it appears; this is a second look, should an event be lost. */
const SECOND_LOOK_MS = 30_000;
/** What kustomize-controller says before an error that only a change of the resource helps. */
const TERMINAL = 'Reconciliation failed terminally due to configuration error';
/** Gates of Flux's that are off unless the operator asks for them; the second one Capstan does not have. */
const WORKLOAD_IDENTITY = 'ObjectLevelWorkloadIdentity';
const EXTERNAL_ARTIFACT = 'ExternalArtifact';

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

/** Whether what the spec says can be used at all, whatever the cluster holds. */
export function checkSpec(run: Run): Outcome<undefined> {
  try {
    run.own.health = healthExpressions(run.spec.healthCheckExprs ?? []);
  } catch (error) {
    if (!isCapstanError(error, 'SPEC_INVALID')) throw error;
    return { kind: 'stopped', words: { reason: reason.invalidExpression, message: `${TERMINAL}: ${error.message}` } };
  }
  if ((run.spec.decryption?.serviceAccountName ?? '') === '' || run.options.objectLevelIdentity) return done(undefined);
  const message = `to use spec.decryption.serviceAccountName for decryption authentication please enable the ${WORKLOAD_IDENTITY} feature gate in the controller`;
  return { kind: 'stopped', words: { reason: reason.featureGateDisabled, message } };
}

/** The source and the revision that it holds. */
export async function findSource(run: Run): Promise<Outcome<SourceAt>> {
  const { spec, turn } = run;
  const { kind, name } = spec.sourceRef;
  const ref = { ...gitRepositoryResource, kind, name, namespace: spec.sourceRef.namespace ?? turn.ref.namespace };
  run.watchers.set(turn.ref, [ref, ...dependenciesOf(spec, turn.ref), ...configRefs(spec, turn.ref)]);
  if (run.options.noCrossNamespaceRefs && ref.namespace !== turn.ref.namespace) return blocked(kind, ref);
  if (kind === 'ExternalArtifact') {
    const message = `can't access '${kind}/${ref.namespace}/${name}', ${EXTERNAL_ARTIFACT} feature gate is disabled`;
    return { kind: 'stopped', words: { reason: reason.accessDenied, message } };
  }
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

/** What lies in another namespace is not looked at, so that nothing of it can be learnt. */
function blocked(kind: string, { namespace, name }: { readonly namespace: string; readonly name: string }) {
  const message = `can't access '${kind}/${namespace}/${name}', cross-namespace references have been blocked`;
  return { kind: 'stopped', words: { reason: reason.accessDenied, message } } as const;
}

/** Whether all that it depends on is ready. */
export async function checkDependencies(run: Run, { revision }: SourceAt): Promise<Outcome<undefined>> {
  const { namespace } = run.turn.ref;
  const foreign = dependenciesOf(run.spec, run.turn.ref).find((ref) => ref.namespace !== namespace);
  if (run.options.noCrossNamespaceRefs && foreign !== undefined) return blocked(foreign.kind, foreign);
  let problem: string | undefined;
  try {
    problem = await unreadyDependency(run, revision);
  } catch (error) {
    if (!isCapstanError(error, 'EXPRESSION_INVALID')) throw error;
    const words = { reason: reason.invalidExpression, message: `${TERMINAL}: ${error.message}` };
    return { kind: 'stopped', words };
  }
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
