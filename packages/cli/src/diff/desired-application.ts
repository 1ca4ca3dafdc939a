import { relative } from 'node:path';
import { Application } from '@capstan/api';
import { applicationRequest, applicationTargets, argoTakeover, readArgoSettings, RuleBook } from '@capstan/controllers';
import { CapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { isJsonObject, refOf, type KubernetesObject } from '@capstan/object';
import { render } from '@capstan/render';
import { argoRepository, localTree, type GitRequest } from '@capstan/source';
import type { FileTree } from '@capstan/tree';
import { resourcesOf, textAt } from '@capstan/views';
import { treeRoot } from '../build/build-folder.ts';
import type { ContentSource, DesiredState } from './desired-state.ts';
import { GIT_TIMEOUT_SECONDS, withRepository } from './repository-content.ts';

const MANAGER = 'argocd-controller';

/** What an Application would apply from some content. Throws SPEC_INVALID, NOT_HONOURED, GIT_*, RENDER_*. */
export async function desiredOfApplication(
  client: KubeClient,
  object: KubernetesObject,
  content: ContentSource,
): Promise<DesiredState> {
  const { spec } = Application.parse(object);
  const { source } = spec;
  if (source === undefined)
    throw new CapstanError('NOT_HONOURED', 'an Application of several sources is not supported yet');
  const server = spec.destination.server ?? 'https://kubernetes.default.svc';
  if (server !== 'https://kubernetes.default.svc')
    throw new CapstanError('NOT_HONOURED', `the destination ${server} is not supported yet`);
  const { name, namespace } = refOf(object);
  const settings = await readArgoSettings(client, namespace);
  const rules = new RuleBook(client.discovery);
  const serverSide = spec.syncPolicy?.syncOptions?.includes('ServerSideApply=true') === true;
  const make = async (tree: FileTree, path: string | undefined, from: string): Promise<DesiredState> => {
    const request = await applicationRequest(tree, path === undefined ? source : { ...source, path }, {
      application: object,
      name,
      namespace: spec.destination.namespace ?? '',
      project: spec.project,
      revision: path === undefined ? from : '',
      settings,
    });
    const { objects } = await render(tree, request);
    const targets = await applicationTargets(
      { rules: (kind, signal) => rules.rulesFor(kind, signal) },
      objects.map((rendered) => rendered.object),
      { name, namespace: spec.destination.namespace ?? '', server, settings },
    );
    return {
      objects: targets.resources.map((target) => target.object),
      hooks: targets.hooks.length,
      strategy: serverSide
        ? { kind: 'server-side', manager: MANAGER, takeover: argoTakeover }
        : { kind: 'client-side', manager: MANAGER },
      inventory: resourcesOf(object).map(({ ref }) => ref),
      prunes: spec.syncPolicy?.automated?.prune === true,
      from,
    };
  };
  if (content.kind === 'folder') {
    const root = treeRoot(content.folder);
    return make(localTree(root), relative(root, content.folder), content.folder);
  }
  const text = content.revision ?? source.targetRevision ?? 'HEAD';
  const request = await requestOf(client, namespace, source.repoURL, spec.project);
  return withRepository(request, { kind: 'any', text }, 'follow', (tree, commit) => make(tree, undefined, commit));
}

/** How the repository is reached: by the Secrets of the control namespace, read as the person. */
async function requestOf(client: KubeClient, namespace: string, url: string, project: string): Promise<GitRequest> {
  const kind = { group: '', version: 'v1' } as const;
  const secrets = await client.listAll(
    { ...kind, kind: 'Secret' },
    { namespace, labelSelector: 'argocd.argoproj.io/secret-type in (repository,repo-creds)' },
  );
  const find = (name: string) => client.find({ ...kind, kind: 'ConfigMap', namespace, name });
  const [knownHosts, certificates] = await Promise.all([
    find('argocd-ssh-known-hosts-cm'),
    find('argocd-tls-certs-cm'),
  ]);
  const trusted = certificates?.['data'];
  const { credentials } = argoRepository(
    {
      secrets: secrets.items,
      knownHosts: textAt(knownHosts, 'data', 'ssh_known_hosts'),
      certificates: Object.fromEntries(
        Object.entries(isJsonObject(trusted) ? trusted : {}).flatMap(([host, pem]) =>
          typeof pem === 'string' ? [[host, pem]] : [],
        ),
      ),
    },
    url,
    project,
  );
  return { url, timeoutSeconds: GIT_TIMEOUT_SECONDS, ...(credentials === undefined ? {} : { credentials }) };
}
