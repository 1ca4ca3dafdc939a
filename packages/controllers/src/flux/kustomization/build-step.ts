import type { KeyRing } from '@capstan/decrypt';
import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import type { KubernetesObject } from '@capstan/object';
import type { Manifests } from '@capstan/render';
import type { FileTree } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import { textDigest } from '../../runtime/digest.ts';
import { reason } from '../names.ts';
import { folderExists, prepareObject, renderRequestOf } from './build.ts';
import { decryption, decryptTree, isDecrypting } from './decryption.ts';
import { inputsOf, keysOf, variablesOf } from './inputs.ts';
import { done, failure, type Outcome, type SourceAt } from './outcome.ts';
import { substitution, transformObjects } from './post-build.ts';
import { ownerKey, type Run, type Spec } from './run.ts';

/** Reads the source's content. A folder that is missing ends here, so that nothing is pruned for it. */
export async function fetchTree(run: Run, source: SourceAt): Promise<Outcome<FileTree>> {
  let tree: FileTree;
  try {
    tree = await run.trees.artifactTree(source.object, run.turn.signal);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return failure(reason.artifactFailed, messageOf(error));
  }
  const { path } = renderRequestOf(run.spec);
  if (await folderExists(tree, path)) return done(tree);
  return failure(reason.artifactFailed, `kustomization path not found: no folder ${path} in the source`);
}

/** Renders the folder to the objects that are applied, and remembers the digest of the build. */
export async function build(run: Run, tree: FileTree): Promise<Outcome<readonly KubernetesObject[]>> {
  const { spec, turn } = run;
  try {
    const keys = isDecrypting(spec) ? await keysOf(run, inputsOf(run)) : undefined;
    const plain = keys === undefined ? tree : await plainTree(run, tree, keys);
    const objects = await finish(run, await render(run, plain), keys);
    return done(objects.map((object) => prepareObject(object, turn.ref, spec.commonMetadata)));
  } catch (error) {
    if (turn.signal.aborted || !isCapstanError(error)) throw error;
    return failure(reason.buildFailed, messageOf(error));
  }
}

/** Whether the last build is the one that status says was applied: what it takes from the cluster may have changed. */
export function isSameBuild(run: Run): boolean {
  if (!isMoreThanRender(run.spec)) return true;
  const [newest] = run.draft.status.history ?? [];
  return newest === undefined || newest.digest === run.own.digest;
}

async function render(run: Run, tree: FileTree): Promise<Manifests> {
  const { spec, turn } = run;
  try {
    const request = renderRequestOf(spec);
    const { manifests } = await run.engine.renderer.render({
      owner: ownerKey(turn.ref),
      tree,
      request,
      ...(run.options.noRemoteBases ? {} : { remotes: {} }),
      signal: turn.signal,
    });
    return manifests;
  } catch (error) {
    if (turn.signal.aborted || !isCapstanError(error)) throw error;
    throw new CapstanError(error.code, `kustomize build failed: ${messageOf(error)}`, { data: error.data });
  }
}

/** Decrypted once for a source and its keys; it is held for as long as they are. */
async function plainTree(run: Run, tree: FileTree, keys: KeyRing): Promise<FileTree> {
  const inputs = inputsOf(run);
  if (inputs.plain?.of !== tree.digest) inputs.plain = { of: tree.digest, tree: await decryptTree(run, tree, keys) };
  return inputs.plain.tree;
}

function isMoreThanRender(spec: Spec): boolean {
  return spec.postBuild !== undefined || isDecrypting(spec);
}

/** What becomes of a render before it is applied; a render and inputs that are still the same give the same objects. */
async function finish(run: Run, manifests: Manifests, keys: KeyRing | undefined): Promise<readonly KubernetesObject[]> {
  const { own } = run;
  const rendered = manifests.objects.map(({ object }) => object);
  if (!isMoreThanRender(run.spec)) {
    own.built = undefined;
    own.inputs = undefined;
    own.digest = digestOf(manifests.text);
    return transformObjects(rendered, []);
  }
  const inputs = inputsOf(run);
  if (own.built?.manifests !== manifests || own.built.inputs !== inputs) {
    const steps = [
      keys === undefined ? undefined : decryption(run, keys),
      substitution(run, () => variablesOf(run, inputs)),
    ].filter((step) => step !== undefined);
    const objects = await transformObjects(rendered, steps);
    own.built = { manifests, inputs, objects, digest: digestOf(stringifyAll(objects)) };
  }
  own.digest = own.built.digest;
  return own.built.objects;
}

function digestOf(text: string): string {
  return `sha256:${textDigest(text)}`;
}
