import { readArgoSettings } from '@capstan/controllers';
import { HealthJudge, type Judge } from '@capstan/controllers/argo-health';
import { isCapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { refKey, refOf, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { appTree, mappingsAt, resourcesOf, textAt, type AppEvidence, type TreeNode } from '@capstan/views';
import { controlNamespace } from './destination.ts';
import { gatherProject } from './gather-project.ts';

/** Kinds that controllers of the cluster make on behalf of what an app applies. */
const madeKinds = [
  { group: 'apps', version: 'v1', kind: 'ReplicaSet' },
  { group: 'batch', version: 'v1', kind: 'Job' },
  { group: '', version: 'v1', kind: 'Pod' },
] as const;
/** Requests at a time. */
const AT_ONCE = 8;
const MAX_WARNINGS = 5;

/** Where an app and its objects are read. */
export interface Sight {
  /** The cluster that the app lives in. */
  readonly home: KubeClient;
  /** The cluster that its objects are on. */
  readonly away: KubeClient;
}

/** `Sight`, also where nothing can be seen of the cluster that the objects are on. */
export type LimitedSight = Pick<Sight, 'home'> & Partial<Pick<Sight, 'away'>>;

/** The tree of an app: what it applies, read from the cluster, with what that owns. */
export async function gatherTree({ home, away: client }: Sight, app: KubernetesObject): Promise<readonly TreeNode[]> {
  const judge = await judgeOf(home, app);
  const refs = resourcesOf(app).map(({ ref }) => ref);
  const applied = await eachAtOnce(refs, (ref) => findReadable(client, ref));
  const namespaces = [...new Set(refs.map(({ namespace }) => namespace).filter((name) => name !== ''))];
  const wanted = namespaces.flatMap((namespace) => madeKinds.map((kind) => ({ kind, namespace })));
  const made = await eachAtOnce(wanted, ({ kind, namespace }) => listReadable(client, kind, namespace));
  return appTree(app, [...applied.flatMap((object) => (object === undefined ? [] : [object])), ...made.flat()], judge);
}

/** How an Application's objects are judged: by operators' own checks first. Who may not read those goes by the built-in ones. */
async function judgeOf(home: KubeClient, app: KubernetesObject): Promise<Judge | undefined> {
  if (app.kind !== 'Application') return undefined;
  try {
    const { customizations } = await readArgoSettings(home, controlNamespace(app));
    return new HealthJudge(() => customizations, Date.now).judge;
  } catch (error) {
    if (isCapstanError(error, 'KUBE_FORBIDDEN')) return undefined;
    throw error;
  }
}

/** Everything that tells why an app is as it is. */
export async function gatherEvidence({ home, away }: LimitedSight, app: KubernetesObject): Promise<AppEvidence> {
  const [needs, tree, project] = await Promise.all([
    gatherNeeds(home, app),
    away === undefined ? [] : gatherTree({ home, away }, app),
    app.kind === 'Application' ? gatherProject(home, app, { find: findReadable, now: Date.now() }) : undefined,
  ]);
  const concerned = new Set([app, ...needs].map((object) => refKey(refOf(object))));
  const add = (nodes: readonly TreeNode[]): void => {
    for (const node of nodes) {
      concerned.add(refKey(node.ref));
      add(node.children);
    }
  };
  add(tree);
  const namespaces = new Set([...concerned].map((key) => key.split('/')[2] ?? ''));
  namespaces.delete('');
  const own = home === away ? [] : await warningsAbout(home, concerned, [textAt(app.metadata, 'namespace')]);
  const others = away === undefined ? [] : await warningsAbout(away, concerned, [...namespaces]);
  const warnings = [...own, ...others].slice(0, MAX_WARNINGS);
  return { app, needs, tree, warnings, ...(project === undefined ? {} : { project }) };
}

const SOURCE = { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'GitRepository' } as const;
const KUSTOMIZATION = { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization' } as const;

/** A Kustomization's source and dependencies, or what a source includes, as far as they exist. */
async function gatherNeeds(client: KubeClient, app: KubernetesObject): Promise<readonly KubernetesObject[]> {
  const found = await eachAtOnce(needsOf(app), (ref) => findReadable(client, ref));
  return found.flatMap((object) => (object === undefined ? [] : [object]));
}

function needsOf(app: KubernetesObject): readonly VersionedRef[] {
  const own = textAt(app.metadata, 'namespace');
  if (app.kind === 'GitRepository')
    return mappingsAt(app, 'spec', 'include').map((entry) => ({
      ...SOURCE,
      namespace: own,
      name: textAt(entry, 'repository', 'name'),
    }));
  if (app.kind !== 'Kustomization') return [];
  const refs: VersionedRef[] = mappingsAt(app, 'spec', 'dependsOn').map((entry) => ({
    ...KUSTOMIZATION,
    namespace: textAt(entry, 'namespace') || own,
    name: textAt(entry, 'name'),
  }));
  if (textAt(app, 'spec', 'sourceRef', 'kind') === SOURCE.kind) {
    const namespace = textAt(app, 'spec', 'sourceRef', 'namespace') || own;
    refs.push({ ...SOURCE, namespace, name: textAt(app, 'spec', 'sourceRef', 'name') });
  }
  return refs;
}

async function warningsAbout(
  client: KubeClient,
  concerned: ReadonlySet<string>,
  namespaces: readonly string[],
): Promise<readonly string[]> {
  const event = { group: '', version: 'v1', kind: 'Event' };
  const lists = await eachAtOnce(namespaces, (namespace) => listReadable(client, event, namespace));
  return lists
    .flat()
    .filter((found) => textAt(found, 'type') === 'Warning' && concerned.has(involvedKey(found)))
    .sort((left, right) => (lastSeen(left) < lastSeen(right) ? 1 : -1))
    .slice(0, MAX_WARNINGS)
    .map((found) => {
      const subject = `${textAt(found, 'involvedObject', 'kind')} ${textAt(found, 'involvedObject', 'name')}`;
      return `${subject}: ${textAt(found, 'reason')}: ${textAt(found, 'message')}`;
    });
}

function involvedKey(event: KubernetesObject): string {
  const apiVersion = textAt(event, 'involvedObject', 'apiVersion');
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const at = (field: string): string => textAt(event, 'involvedObject', field);
  return refKey({ group, kind: at('kind'), namespace: at('namespace'), name: at('name') });
}

function lastSeen(event: KubernetesObject): string {
  return (
    textAt(event, 'lastTimestamp') ||
    textAt(event, 'series', 'lastObservedTime') ||
    textAt(event, 'eventTime') ||
    textAt(event.metadata, 'creationTimestamp')
  );
}

/** An object, or nothing where there is none, or the person may not see it, or its kind is not served. */
async function findReadable(client: KubeClient, ref: VersionedRef): Promise<KubernetesObject | undefined> {
  try {
    return await client.find(ref);
  } catch (error) {
    if (isCapstanError(error, 'KUBE_FORBIDDEN', 'KUBE_KIND_UNKNOWN', 'KUBE_NOT_FOUND')) return undefined;
    throw error;
  }
}

async function listReadable(
  client: KubeClient,
  kind: { readonly group: string; readonly version: string; readonly kind: string },
  namespace: string,
): Promise<readonly KubernetesObject[]> {
  try {
    return (await client.listAll(kind, { namespace })).items;
  } catch (error) {
    if (isCapstanError(error, 'KUBE_FORBIDDEN', 'KUBE_KIND_UNKNOWN', 'KUBE_NOT_FOUND')) return [];
    throw error;
  }
}

/** Runs `work` over all items, a few at a time; the answers stand in the order of the items. */
async function eachAtOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE)
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(work))));
  return results;
}
