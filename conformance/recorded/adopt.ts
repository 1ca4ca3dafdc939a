import { isCapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import {
  getPath,
  isJsonObject,
  parseObject,
  refOf,
  type JsonValue,
  type KubernetesObject,
  type VersionedRef,
} from '@capstan/object';
import type { ApiRequest } from '@capstan/testkit';
import { parseDocuments } from '@capstan/yaml';
import { z } from 'zod';
import { compare, formatDifference } from './compare.ts';
import { scopeOf, textAt } from './observe.ts';
import { fillIn } from './placeholders.ts';
import { withOwnHost } from './repositories.ts';
import type { Scenario } from './scenario.ts';
import { served, type Stage } from './stage.ts';

/** When everything that upstream left behind was made. */
const LONG_AGO = '2026-11-25T10:00:00Z';
const SEED = { fieldManager: 'capstan-conformance' } as const;
const owners = new Set(['Application', 'AppProject', 'Kustomization', 'GitRepository']);
const reads = new Set(['get', 'list', 'watch', 'other']);

/** What upstream's controllers have left behind at the end of a scenario, as it was put into a cluster. */
export interface Adopted {
  readonly scenario: Scenario;
  readonly objects: readonly { readonly ref: VersionedRef; readonly seeded: KubernetesObject }[];
}

/** Whether a scenario ends with something at rest that can be taken over. */
export function canBeAdopted({ steps, repository }: Scenario): boolean {
  // The credentials of a private repository stand in no snapshot.
  if (repository.some((commit) => (commit.repository ?? '').endsWith('/private.git'))) return false;
  const last = steps.at(-1)?.snapshot;
  const apps = (last?.gitops ?? []).filter(({ kind }) => kind === 'Application' || kind === 'Kustomization');
  const managed = last?.managed ?? [];
  const all = [...managed, ...(last?.gitops ?? [])];
  return (
    apps.length > 0 && apps.every((app) => isAtRest(app) && !isOfChart(app) && isWhole(app, all)) && managed.length > 0
  );
}

const Inventoried = z.looseObject({
  inventory: z.object({ entries: z.array(z.object({ id: z.string() })) }).optional(),
  resources: z
    .array(z.looseObject({ namespace: z.string().default(''), name: z.string(), status: z.string().optional() }))
    .optional(),
});

/** Whether a recording shows every object of an app: one that it leaves out would be missing, and made anew. */
function isWhole(
  app: Readonly<Record<string, unknown>>,
  managed: readonly Readonly<Record<string, unknown>>[],
): boolean {
  const { inventory, resources = [] } = Inventoried.parse(app['status'] ?? {});
  const shown = new Set(
    managed.map((object) => `${textAt(object, 'metadata', 'namespace')}/${textAt(object, 'metadata', 'name')}`),
  );
  const recorded = (inventory?.entries ?? []).map(({ id }) => id.split('_').slice(0, 2).join('/'));
  const synced = resources.filter(({ status }) => status === 'Synced');
  return [...recorded, ...synced.map(({ namespace, name }) => `${namespace}/${name}`)].every((key) => shown.has(key));
}

/** Whether a scenario's source is a chart, which is not rendered yet. */
function isOfChart(object: Readonly<Record<string, unknown>>): boolean {
  const sourceType = textAt(object, 'status', 'sourceType');
  return sourceType === 'Helm' || /"(?:helm|chart)":/.test(JSON.stringify(object['spec'] ?? {}));
}

function definitionsFirst(left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>>): number {
  const rank = ({ kind }: Readonly<Record<string, unknown>>): number => (kind === 'CustomResourceDefinition' ? 0 : 1);
  return rank(left) - rank(right);
}

function isAtRest(object: Readonly<Record<string, unknown>>): boolean {
  if (textAt(object, 'metadata', 'deletionTimestamp') !== '') return false;
  if (object['kind'] === 'Application')
    return object['operation'] === undefined && textAt(object, 'status', 'operationState', 'phase') === 'Succeeded';
  return JSON.stringify(object['status'] ?? {}).includes('"type":"Ready"');
}

/**
 * Puts a scenario's last state into the cluster as upstream left it: the commits, and the objects with their statuses
 * and managed fields.
 */
export async function leaveBehind(stage: Pick<Stage, 'client' | 'git'>, scenario: Scenario): Promise<Adopted> {
  const commits = new Map<string, string>();
  for (const commit of scenario.repository) {
    const files = Object.entries(commit.files ?? {}).map(
      ([path, text]) => [path, text === null ? null : withOwnHost(text, scenario.name)] as const,
    );
    commits.set(commit.commit, await stage.git.commit(scenario.name, commit, Object.fromEntries(files)));
  }
  const scope = scopeOf(scenario);
  for (const namespace of new Set([...scope.gitopsNamespaces, ...scope.managedNamespaces]))
    await createOnce(stage.client, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const last = scenario.steps.at(-1)?.snapshot;
  const managed = [...(last?.managed ?? [])].sort(definitionsFirst);
  for (const definition of definitionsOf(scenario)) await seed(stage.client, definition);
  const objects: { ref: VersionedRef; seeded: KubernetesObject }[] = [];
  // Owners come last, when what they have made is there.
  for (const recorded of [...managed, ...(last?.gitops ?? [])]) {
    const object = parseObject(filled(recorded as JsonValue, scenario.name, commits), scenario.name);
    objects.push({ ref: refOf(object), seeded: await seed(stage.client, object) });
  }
  return { scenario, objects };
}

async function seed(client: KubeClient, object: KubernetesObject): Promise<KubernetesObject> {
  const { managedFields, uid: _uid, resourceVersion: _version, generation: _generation, ...metadata } = object.metadata;
  const { status, ...rest } = withoutSelector(object);
  const isOwner = owners.has(object.kind);
  // An Application's status is no subresource.
  const body = { ...rest, ...(object.kind === 'Application' && status !== undefined ? { status } : {}), metadata };
  await createOnce(client, body);
  if (object.kind === 'CustomResourceDefinition') await definedKind(client, object);
  const ref = refOf(object);
  if (isOwner && object.kind !== 'Application' && status !== undefined)
    await client.patch(ref, { kind: 'merge', patch: { status } }, { ...SEED, subresource: 'status' });
  if (managedFields === undefined) return client.get(ref);
  return client.patch(ref, { kind: 'merge', patch: { metadata: { managedFields } } }, SEED);
}

/** The kinds that a person had defined before: they are no part of what upstream applied. */
function definitionsOf({ name, steps }: Scenario): readonly KubernetesObject[] {
  const inputs = steps.flatMap(({ actions }) => actions.flatMap(({ input }) => (input === undefined ? [] : [input])));
  return inputs
    .filter((input) => input.includes('kind: CustomResourceDefinition'))
    .flatMap((input) => parseDocuments(input, { rules: 'v2' }))
    .filter(({ value }) => getPath(value, 'kind') === 'CustomResourceDefinition')
    .map(({ value }) => parseObject(value, name));
}

async function definedKind(client: KubeClient, definition: KubernetesObject): Promise<void> {
  const group = textAt(definition, 'spec', 'group');
  const kind = textAt(definition, 'spec', 'names', 'kind');
  const version: unknown = getPath(definition, 'spec', 'versions', 0, 'name');
  await served(client, { group, version: String(version), kind });
}

/** A Job selects its Pods by its uid. */
function withoutSelector(object: KubernetesObject): KubernetesObject {
  const { spec } = object;
  if (object.kind !== 'Job' || !isJsonObject(spec)) return object;
  const { selector: _selector, ...rest } = spec;
  return { ...object, spec: rest };
}

async function createOnce(client: KubeClient, object: KubernetesObject): Promise<void> {
  try {
    await client.create(object, SEED);
  } catch (error) {
    if (!isCapstanError(error, 'KUBE_ALREADY_EXISTS')) throw error;
  }
}

/** A recorded value with the run's commits, times and hosts. */
function filled(value: JsonValue, scenario: string, commits: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === 'string') {
    const text = withOwnHost(fillIn(value, { commits }), scenario);
    return text
      .replaceAll('<time>', LONG_AGO)
      .replaceAll('<duration>', '1s')
      .replaceAll('<random>', 'abcde')
      .replaceAll('<seconds>', '1764061200');
  }
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => filled(item, scenario, commits));
  if (!isJsonObject(value)) return value;
  // What the cluster chooses for itself it chooses anew: addresses, and what names an object by its uid.
  const entries = Object.entries(value).filter(
    ([key, each]) => !['clusterIP', 'clusterIPs'].includes(key) && each !== '<uid>',
  );
  return Object.fromEntries(entries.map(([key, each]) => [key, filled(each, scenario, commits)]));
}

/** What is wrong with how a scenario was taken over: objects that were written; of Argo CD, statuses that say something else. */
export async function troubles(
  client: KubeClient,
  { scenario, objects }: Adopted,
  requests: readonly ApiRequest[],
): Promise<readonly string[]> {
  const scope = scopeOf(scenario);
  const written = requests
    .filter(({ verb, url }) => !reads.has(verb) && !url.includes('dryRun='))
    .filter(({ namespace }) => scope.managedNamespaces.includes(namespace))
    .filter(({ resource }) => resource !== 'events')
    .map(({ verb, resource, name }) => `${verb} ${resource}/${name}`);
  // Flux counts a reconcile in status at each start, and its artifacts are stored anew.
  if (scenario.system === 'flux') return written;
  const changed: string[] = [];
  for (const { ref, seeded } of objects) {
    if (!owners.has(ref.kind)) continue;
    const now = await client.find(ref);
    const path = `${ref.kind}/${ref.name}`;
    const differences = compare(
      { status: seeded['status'] },
      { status: now?.['status'] },
      { commits: new Map() },
      path,
    );
    changed.push(...differences.map(formatDifference));
  }
  return [...written, ...changed];
}
