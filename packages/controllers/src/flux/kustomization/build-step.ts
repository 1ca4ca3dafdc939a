import { isCapstanError, messageOf } from '@capstan/errors';
import { sha256Hex, type KubernetesObject } from '@capstan/object';
import { reason } from '../names.ts';
import { findUnnamed, folderExists, prepareObject, renderRequestOf } from './build.ts';
import { done, failure, type Outcome, type SourceAt } from './outcome.ts';
import { ownerKey, type Run } from './run.ts';
import type { FileTree } from '@capstan/tree';

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
    const { manifests } = await run.engine.renderer.render({
      owner: ownerKey(turn.ref),
      tree,
      request: renderRequestOf(spec),
      signal: turn.signal,
    });
    const objects = manifests.objects.map(({ object }) => object);
    const unnamed = findUnnamed(objects);
    if (unnamed !== undefined)
      return failure(
        reason.buildFailed,
        `failed to decode Kubernetes apiVersion, kind and name from a ${unnamed.kind} of the build`,
      );
    run.own.digest = `sha256:${sha256Hex(manifests.text)}`;
    return done(objects.map((object) => prepareObject(object, turn.ref, spec.commonMetadata)));
  } catch (error) {
    if (turn.signal.aborted || !isCapstanError(error)) throw error;
    return failure(reason.buildFailed, `kustomize build failed: ${messageOf(error)}`);
  }
}
