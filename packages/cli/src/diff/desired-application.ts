import { relative } from 'node:path';
import { Application } from '@capstan/api';
import {
  applicationRequest,
  applicationTargets,
  argoTakeover,
  instanceName,
  readArgoSettings,
  RuleBook,
  type ArgoSettings,
} from '@capstan/controllers';
import { isRefOnly, refProblem, sourcesOf, sourceTitle, type SourceSet } from '@capstan/controllers/argo-source';
import { CapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { isJsonObject, refOf, type KubernetesObject } from '@capstan/object';
import { render } from '@capstan/render';
import { argoRepository, localTree, type GitRequest } from '@capstan/source';
import type { FileTree } from '@capstan/tree';
import { resourcesOf, textAt } from '@capstan/views';
import { treeRoot } from '../build/build-folder.ts';
import { controlNamespace, type Destination } from '../inspect/destination.ts';
import type { ContentSource, DesiredState } from './desired-state.ts';
import { GIT_TIMEOUT_SECONDS, withRepository } from './repository-content.ts';

const MANAGER = 'argocd-controller';

/** Where an Application lives, and where its objects are. */
export interface DiffSight {
  readonly home: KubeClient;
  readonly at: Destination;
}

/** What of an Application is compared. */
export interface DiffQuestion {
  readonly content: ContentSource;
  /** Which of several sources the content is of, by place (from 1) or name. */
  readonly source?: string;
}

type Source = SourceSet['list'][number];
type Spec = Application['spec'];

/** What every source is rendered for. */
interface Facts {
  readonly home: KubeClient;
  readonly object: KubernetesObject;
  readonly spec: Spec;
  readonly settings: ArgoSettings;
  readonly namespace: string;
}

/** What one source holds. */
interface Held {
  readonly objects: readonly KubernetesObject[];
  readonly from: string;
}

/**
 * What an Application would apply: of its sources, one as the content says, the others as they are followed. Throws
 * SPEC_INVALID, NOT_HONOURED, USAGE, GIT_*, RENDER_*.
 */
export async function desiredOfApplication(
  { home, at }: DiffSight,
  object: KubernetesObject,
  question: DiffQuestion,
): Promise<DesiredState> {
  const { spec } = Application.parse(object);
  const namespace = controlNamespace(object);
  const settings = await readArgoSettings(home, namespace);
  const facts: Facts = { home, object, spec, settings, namespace };
  const held = await heldBy(facts, question);
  const rules = new RuleBook(at.client.discovery);
  const targets = await applicationTargets(
    { rules: (kind, signal) => rules.rulesFor(kind, signal) },
    held.flatMap(({ objects }) => objects),
    {
      name: instanceName(refOf(object), namespace),
      namespace: spec.destination.namespace ?? '',
      server: at.server,
      settings,
    },
  );
  const serverSide = spec.syncPolicy?.syncOptions?.includes('ServerSideApply=true') === true;
  return {
    objects: targets.resources.map((target) => target.object),
    hooks: targets.hooks.length,
    strategy: serverSide
      ? { kind: 'server-side', manager: MANAGER, takeover: argoTakeover }
      : { kind: 'client-side', manager: MANAGER },
    inventory: resourcesOf(object).map(({ ref }) => ref),
    prunes: spec.syncPolicy?.automated?.prune === true,
    from: held.map(({ from }) => from).join(', '),
  };
}

async function heldBy(facts: Facts, { content, source }: DiffQuestion): Promise<readonly Held[]> {
  const set = sourcesOf(facts.spec);
  const problem = refProblem(set);
  if (problem !== undefined) throw new CapstanError('SPEC_INVALID', problem);
  const asked = content.kind === 'folder' || content.revision !== undefined;
  const chosen = asked ? chosenOf(set, source) : undefined;
  const held: Held[] = [];
  for (const [index, each] of set.list.entries()) {
    if (set.multiple && isRefOnly(each)) continue;
    held.push(await heldByOne(facts, each, index === chosen ? content : { kind: 'revision', revision: undefined }));
  }
  return held;
}

/** The place of the source that is meant. */
function chosenOf(set: SourceSet, asked: string | undefined): number {
  if (asked === undefined && set.list.length === 1) return 0;
  const named = set.list.findIndex(({ name = '' }, index) => asked === name || asked === String(index + 1));
  if (asked !== undefined && named >= 0) return named;
  const titles = set.list.map((_, index) => sourceTitle(set, index)).join(', ');
  const what = asked === undefined ? 'has several sources' : `has no source ${asked}`;
  throw new CapstanError('USAGE', `the app ${what}; say by --source which of them: ${titles}`);
}

async function heldByOne(facts: Facts, source: Source, content: ContentSource): Promise<Held> {
  const { home, object, spec, settings, namespace } = facts;
  const make = async (tree: FileTree, path: string | undefined, from: string): Promise<Held> => {
    const request = await applicationRequest(tree, path === undefined ? source : { ...source, path }, {
      application: object,
      name: instanceName(refOf(object), namespace),
      namespace: spec.destination.namespace ?? '',
      project: spec.project,
      revision: path === undefined ? from : '',
      settings,
    });
    const { objects } = await render(tree, request);
    return { objects: objects.map((rendered) => rendered.object), from };
  };
  if (content.kind === 'folder') {
    const root = treeRoot(content.folder);
    return make(localTree(root), relative(root, content.folder), content.folder);
  }
  const text = content.revision ?? source.targetRevision ?? 'HEAD';
  const { tagPrefix = '' } = source;
  const reference = { kind: 'any', text, ...(tagPrefix === '' ? {} : { tagPrefix }) } as const;
  const request = await requestOf(home, namespace, source.repoURL, spec.project);
  return withRepository(request, reference, 'follow', (tree, commit) => make(tree, undefined, commit));
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
