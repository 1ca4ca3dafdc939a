import { relative } from 'node:path';
import { GitRepository, Kustomization } from '@capstan/api';
import {
  driftRules,
  fluxTakeover,
  gitRepositoryReference,
  kustomizationRequest,
  withKustomizationMarks,
} from '@capstan/controllers';
import { CapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { refOf, type KubernetesObject } from '@capstan/object';
import { render, type RenderRequest } from '@capstan/render';
import {
  fluxArtifactContent,
  fluxGitCredentials,
  localTree,
  type GitReference,
  type GitRequest,
} from '@capstan/source';
import type { FileTree } from '@capstan/tree';
import { resourcesOf } from '@capstan/views';
import { treeRoot } from '../build/build-folder.ts';
import type { ContentSource, DesiredState } from './desired-state.ts';
import { GIT_TIMEOUT_SECONDS, withRepository } from './repository-content.ts';

/** What a Kustomization would apply from some content. Throws SPEC_INVALID, GIT_*, RENDER_*. */
export async function desiredOfKustomization(
  client: KubeClient,
  object: KubernetesObject,
  content: ContentSource,
): Promise<DesiredState> {
  const spec = Kustomization.parse(object).spec;
  if (spec === undefined) throw new CapstanError('SPEC_INVALID', 'the Kustomization has no spec');
  const make = async (tree: FileTree, request: RenderRequest, from: string): Promise<DesiredState> => {
    const { objects } = await render(tree, request);
    return {
      objects: objects.map((rendered) => withKustomizationMarks(rendered.object, refOf(object), spec.commonMetadata)),
      hooks: 0,
      strategy: {
        kind: 'server-side',
        manager: 'kustomize-controller',
        takeover: fluxTakeover,
        ignore: driftRules(spec),
      },
      inventory: resourcesOf(object).map(({ ref }) => ref),
      prunes: spec.prune,
      from,
    };
  };
  const request = kustomizationRequest(spec);
  if (content.kind === 'folder') {
    const root = treeRoot(content.folder);
    return make(localTree(root), { ...request, path: relative(root, content.folder) }, content.folder);
  }
  const source = await sourceOf(client, object, spec);
  const reference: GitReference =
    content.revision === undefined ? source.reference : { kind: 'any', text: content.revision };
  return withRepository(source.request, reference, 'omit', async (tree, commit) =>
    make((await fluxArtifactContent(tree, source.ignore)).tree, request, commit),
  );
}

interface Source {
  readonly request: GitRequest;
  readonly reference: GitReference;
  readonly ignore: string | undefined;
}

/** The repository of a Kustomization's source, with the credentials that its Secret holds, read as the person. */
async function sourceOf(
  client: KubeClient,
  object: KubernetesObject,
  spec: NonNullable<Kustomization['spec']>,
): Promise<Source> {
  const { kind, name } = spec.sourceRef;
  if (kind !== 'GitRepository') throw new CapstanError('NOT_HONOURED', `a source of kind ${kind} is not supported yet`);
  const namespace = spec.sourceRef.namespace ?? refOf(object).namespace;
  const ref = { group: 'source.toolkit.fluxcd.io', version: 'v1', kind, namespace, name };
  const repository = GitRepository.parse(await client.get(ref)).spec;
  if (repository === undefined)
    throw new CapstanError('SPEC_INVALID', `GitRepository ${namespace}/${name} has no spec`);
  const { url, secretRef, provider = 'generic' } = repository;
  if (provider === 'aws' || provider === 'azure')
    throw new CapstanError(
      'NOT_HONOURED',
      `GitRepository ${namespace}/${name} is opened by an identity of ${provider} that only the controllers have; compare with a folder instead`,
    );
  const secret =
    secretRef === undefined
      ? undefined
      : await client.get({ group: '', version: 'v1', kind: 'Secret', namespace, name: secretRef.name });
  return {
    request: {
      url,
      timeoutSeconds: GIT_TIMEOUT_SECONDS,
      ...(secret === undefined ? {} : { credentials: fluxGitCredentials(secret, url) }),
    },
    reference: gitRepositoryReference(repository.ref),
    ignore: repository.ignore,
  };
}
