import type { KeyRing } from '@capstan/decrypt';
import type { ObjectRef } from '@capstan/object';
import type { Inputs } from './progress.ts';
import { keyRefs, readKeys } from './decryption.ts';
import { isDue, type Run, type Spec } from './run.ts';
import { readVariables, variableRefs, type Variables } from './variables.ts';

/** The ConfigMaps and Secrets that are read for a Kustomization. */
export function configRefs(spec: Spec, { namespace }: Pick<ObjectRef, 'namespace'>): readonly ObjectRef[] {
  return [...variableRefs(spec, namespace), ...keyRefs(spec, namespace), ...clusterRefs(spec, namespace)];
}

function clusterRefs({ kubeConfig }: Spec, namespace: string): readonly ObjectRef[] {
  const { secretRef, configMapRef } = kubeConfig ?? {};
  return [
    ...(secretRef === undefined ? [] : [{ group: '', kind: 'Secret', namespace, name: secretRef.name }]),
    ...(configMapRef === undefined ? [] : [{ group: '', kind: 'ConfigMap', namespace, name: configMapRef.name }]),
  ];
}

/**
 * What the build takes from the cluster. It is read once a reconcile: at rest what was read for the last one counts, as
 * for Flux, which looks again at its interval, when asked, or when an object changes that bears the label for it.
 */
export function inputsOf(run: Run): Inputs {
  const { own, engine } = run;
  const purpose = own.purpose ?? '';
  const known = own.inputs;
  if (known?.purpose === purpose && !isOutdated(run, known)) return known;
  own.inputs = { purpose, at: engine.clock.now() };
  return own.inputs;
}

function isOutdated(run: Run, { at }: Inputs): boolean {
  const now = run.engine.clock.now();
  const isDueAgain = isDue(run) && at < (run.own.due ?? 0);
  const retryAt = run.own.failure?.retryAt ?? Number.POSITIVE_INFINITY;
  return isDueAgain || (now >= retryAt && at < retryAt);
}

/** The variables of a build; what cannot be read is tried again the next time. */
export function variablesOf(run: Run, inputs: Inputs): Promise<Variables> {
  inputs.variables ??= readVariables(run);
  inputs.variables.catch(() => {
    delete inputs.variables;
  });
  return inputs.variables;
}

/** The keys of a build's decryption; what cannot be read is tried again the next time. */
export function keysOf(run: Run, inputs: Inputs): Promise<KeyRing> {
  inputs.keys ??= readKeys(run);
  inputs.keys.catch(() => {
    delete inputs.keys;
  });
  return inputs.keys;
}
