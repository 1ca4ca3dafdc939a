import { decryptObject, decryptSources, importAgeKeys, importKeys, serviceKeys, type KeyRing } from '@capstan/decrypt';
import { CapstanError, isCapstanError } from '@capstan/errors';
import type { KubernetesObject, ObjectRef } from '@capstan/object';
import type { FileTree } from '@capstan/tree';
import { serverWords } from '../server-words.ts';
import { buildPath } from './build.ts';
import { about, describe, type ObjectStep } from './post-build.ts';
import type { Run, Spec } from './run.ts';
import { serviceAccess } from './service-access.ts';

/** Whether a spec asks for decryption by a provider that there is. */
export function isDecrypting(spec: Spec): boolean {
  return spec.decryption?.provider === 'sops';
}

/** The Secret that a Kustomization's keys come from: its own, which is in its namespace. */
export function keyRefs(spec: Spec, namespace: string): readonly ObjectRef[] {
  const name = spec.decryption?.secretRef?.name;
  return name === undefined || !isDecrypting(spec) ? [] : [{ group: '', kind: 'Secret', namespace, name }];
}

/**
 * The keys for a build: of the Secret that the spec names, else the age keys that serve all; and what key services
 * there is access to. Throws
 * DECRYPT_KEY_INVALID in kustomize-controller's words. Keys are held in memory only.
 */
export async function readKeys(run: Run): Promise<KeyRing> {
  const { spec, turn, options } = run;
  const [own] = keyRefs(spec, turn.ref.namespace);
  const access = serviceAccess(run);
  if (own !== undefined) {
    const name = `${own.namespace}/${own.name}`;
    return importKeys(
      await readSecret(run, own, `sops decryption Secret '${name}'`),
      `sops decryption Secret '${name}'`,
      access,
    );
  }
  const shared = options.sopsAgeSecret;
  if (shared === undefined) return serviceKeys(access);
  const what = `sops SOPS age decryption Secret '${shared.namespace}/${shared.name}'`;
  return importAgeKeys(await readSecret(run, shared, what), what, access);
}

async function readSecret(
  run: Run,
  { namespace, name }: Pick<ObjectRef, 'namespace' | 'name'>,
  what: string,
): Promise<KubernetesObject> {
  try {
    const ref = { group: '', version: 'v1', kind: 'Secret', namespace, name };
    return await run.cluster.client.get(ref, { signal: run.turn.signal });
  } catch (error) {
    if (!isCapstanError(error) || run.turn.signal.aborted) throw error;
    const words = serverWords(error);
    const isMissing = isCapstanError(error, 'KUBE_NOT_FOUND');
    throw new CapstanError('DECRYPT_KEY_INVALID', isMissing ? words : `cannot get ${what}: ${words}`);
  }
}

/** A source whose files for Secrets and patches are decrypted: in memory only. Throws DECRYPT_*. */
export async function decryptTree(run: Run, tree: FileTree, keys: KeyRing): Promise<FileTree> {
  const request = { path: buildPath(run.spec), components: run.spec.components ?? [] };
  try {
    return await decryptSources(tree, request, { keys, signal: run.turn.signal });
  } catch (error) {
    throw about('error decrypting sources', error);
  }
}

/** The decryption of an object of a build. Throws DECRYPT_*. */
export function decryption(run: Run, keys: KeyRing): ObjectStep {
  return async (object) => {
    try {
      return await decryptObject(object, { keys, signal: run.turn.signal });
    } catch (error) {
      throw about(`decryption failed for '${describe(object)}'`, error);
    }
  };
}
