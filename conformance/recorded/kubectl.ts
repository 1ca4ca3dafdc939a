import { parseArgs } from 'node:util';
import type { KubeClient, Patch } from '@capstan/kube';
import {
  getPath,
  isJsonObject,
  parseJson,
  parseObject,
  refOf,
  setKey,
  withLastApplied,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type VersionedRef,
} from '@capstan/object';
import { parseDocuments } from '@capstan/yaml';

/** How long a deletion that waits may take. */
const DELETE_TIMEOUT_MS = 20_000;
const LOOK_AGAIN_MS = 50;

/** What kubectl would do for some arguments, with its field managers. Throws on what is not known here. */
export async function kubectl(client: KubeClient, args: string, input: string | undefined): Promise<void> {
  const { values, positionals } = parseArgs({
    args: splitArguments(args),
    allowPositionals: true,
    options: {
      namespace: { type: 'string', short: 'n', default: 'default' },
      filename: { type: 'string', short: 'f' },
      patch: { type: 'string', short: 'p', default: '{}' },
      type: { type: 'string', default: 'strategic' },
      subresource: { type: 'string' },
      'field-manager': { type: 'string' },
      'server-side': { type: 'boolean', default: false },
      'force-conflicts': { type: 'boolean', default: false },
      overwrite: { type: 'boolean', default: false },
      replicas: { type: 'string' },
      wait: { type: 'string', default: 'true' },
      clusterrole: { type: 'string' },
      serviceaccount: { type: 'string' },
      'from-literal': { type: 'string', multiple: true, default: [] },
    },
  });
  const [verb = '', ...rest] = positionals;
  const run: Run = { client, flags: values, rest, objects: objectsOf(input ?? '') };
  const command = commands[verb];
  if (command === undefined) throw new Error(`kubectl ${verb} is not played here`);
  await command(run);
}

interface Run {
  readonly client: KubeClient;
  readonly flags: {
    readonly namespace: string;
    readonly filename?: string | undefined;
    readonly patch: string;
    readonly type: string;
    readonly subresource?: string | undefined;
    readonly 'field-manager'?: string | undefined;
    readonly 'server-side': boolean;
    readonly 'force-conflicts': boolean;
    readonly overwrite: boolean;
    readonly replicas?: string | undefined;
    readonly wait: string;
    readonly clusterrole?: string | undefined;
    readonly serviceaccount?: string | undefined;
    readonly 'from-literal': readonly string[];
  };
  readonly rest: readonly string[];
  readonly objects: readonly KubernetesObject[];
}

const commands: Readonly<Record<string, (run: Run) => Promise<void>>> = {
  create,
  apply,
  annotate: (run) => annotateOrLabel(run, 'annotations', 'kubectl-annotate'),
  label: (run) => annotateOrLabel(run, 'labels', 'kubectl-label'),
  patch,
  scale,
  delete: remove,
  set,
};

async function create(run: Run): Promise<void> {
  const objects = run.flags.filename === undefined ? [generated(run)] : run.objects;
  for (const object of objects)
    await run.client.create(await placed(run, object), {
      fieldManager: run.flags['field-manager'] ?? 'kubectl-create',
    });
}

function generated({ flags, rest }: Run): KubernetesObject {
  const [kind, name = ''] = rest;
  const { namespace } = flags;
  switch (kind) {
    case 'namespace':
      return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    case 'serviceaccount':
      return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
    case 'configmap': {
      const data = Object.fromEntries(flags['from-literal'].map((pair) => splitOnce(pair, '=')));
      return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
    }
    case 'rolebinding': {
      const [owner, account] = splitOnce(flags.serviceaccount ?? '', ':');
      return {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name, namespace },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: flags.clusterrole ?? '' },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace: owner }],
      };
    }
    default:
      throw new Error(`kubectl create ${kind ?? ''} is not played here`);
  }
}

async function apply(run: Run): Promise<void> {
  for (const given of run.objects) {
    const object = await placed(run, given);
    if (run.flags['server-side']) {
      const fieldManager = run.flags['field-manager'] ?? 'kubectl';
      await run.client.apply(object, { fieldManager, force: run.flags['force-conflicts'] });
      continue;
    }
    if ((await run.client.find(refOf(object))) !== undefined)
      throw new Error('kubectl apply to an object that exists is not played here');
    await run.client.create(withLastApplied(object), { fieldManager: 'kubectl-client-side-apply' });
  }
}

async function annotateOrLabel(run: Run, field: 'annotations' | 'labels', fieldManager: string): Promise<void> {
  const { ref, rest } = await named(run);
  const texts: Record<string, JsonValue> = {};
  for (const change of rest) {
    if (change.endsWith('-') && !change.includes('=')) setKey(texts, change.slice(0, -1), null);
    else {
      const [key, value] = splitOnce(change, '=');
      setKey(texts, key, value);
    }
  }
  await run.client.patch(ref, { kind: 'merge', patch: { metadata: { [field]: texts } } }, { fieldManager });
}

async function patch(run: Run): Promise<void> {
  const { ref } = await named(run);
  const { subresource, type } = run.flags;
  await run.client.patch(ref, patchOf(type, parseJson(run.flags.patch)), {
    fieldManager: run.flags['field-manager'] ?? 'kubectl-patch',
    ...(subresource === undefined ? {} : { subresource }),
  });
}

function patchOf(type: string, value: JsonValue): Patch {
  if (type === 'json' && Array.isArray(value)) return { kind: 'json', operations: value };
  if ((type === 'merge' || type === 'strategic') && isJsonObject(value)) return { kind: type, patch: value };
  throw new Error(`no ${type} patch: ${JSON.stringify(value)}`);
}

async function scale(run: Run): Promise<void> {
  const { ref } = await named(run);
  const spec = { replicas: Number(run.flags.replicas) };
  await run.client.patch(ref, { kind: 'merge', patch: { spec } }, { fieldManager: 'kubectl', subresource: 'scale' });
}

async function remove(run: Run): Promise<void> {
  const { ref } = await named(run);
  const { uid } = (await run.client.get(ref)).metadata;
  await run.client.delete(ref, { propagation: 'Background' });
  if (run.flags.wait === 'false') return;
  const deadline = Date.now() + DELETE_TIMEOUT_MS;
  while ((await run.client.find(ref))?.metadata['uid'] === uid) {
    if (Date.now() > deadline) throw new Error(`${ref.kind} ${ref.name} is still there after its deletion`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function set(run: Run): Promise<void> {
  const [what, ...rest] = run.rest;
  const { ref, rest: pairs } = await named({ ...run, rest });
  const live = await run.client.get(ref);
  const containers = getPath(live, 'spec', 'template', 'spec', 'containers');
  const assignments = pairs.map((pair) => splitOnce(pair, '='));
  const patched = (Array.isArray(containers) ? containers : []).flatMap((container: JsonValue): JsonObject[] => {
    const name = getPath(container, 'name');
    if (typeof name !== 'string') return [];
    if (what === 'env') return [{ name, ...withEnvironment(container, assignments) }];
    const image = assignments.find(([key]) => key === name || key === '*')?.[1];
    return image === undefined ? [] : [{ name, image }];
  });
  const change: JsonObject = { spec: { template: { spec: { containers: patched } } } };
  await run.client.patch(ref, { kind: 'strategic', patch: change }, { fieldManager: 'kubectl-set' });
}

// kubectl says in which order the whole list is to be.
function withEnvironment(container: JsonValue, assignments: readonly (readonly [string, string])[]): JsonObject {
  const before = getPath(container, 'env');
  const names = (Array.isArray(before) ? (before as readonly JsonValue[]) : []).map((entry) => getPath(entry, 'name'));
  const all = [...new Set([...names, ...assignments.map(([key]) => key)])];
  return {
    '$setElementOrder/env': all.flatMap((name) => (typeof name === 'string' ? [{ name }] : [])),
    env: assignments.map(([key, value]) => ({ name: key, value })),
  };
}

/** The object that the first words name: `deployment web`, `deployment/web`, `kustomization.GROUP demo`. */
async function named(run: Run): Promise<{ readonly ref: VersionedRef; readonly rest: readonly string[] }> {
  const [first = '', ...others] = run.rest;
  const [type, slashed] = splitOnce(first, '/');
  const [name = '', ...rest] = first.includes('/') ? [slashed, ...others] : others;
  const wanted = type.toLowerCase();
  const resources = await run.client.discovery.resources();
  const found = resources.find(
    ({ resource, singular, shortNames, kind, group }) =>
      [resource, singular, kind.toLowerCase(), ...shortNames].includes(wanted) ||
      [`${resource}.${group}`, `${singular}.${group}`, `${kind.toLowerCase()}.${group}`].includes(wanted),
  );
  if (found === undefined) throw new Error(`the server has no ${type}`);
  const { group, version, kind } = found;
  return { ref: { group, version, kind, name, namespace: found.namespaced ? run.flags.namespace : '' }, rest };
}

async function placed({ client, flags }: Run, object: KubernetesObject): Promise<KubernetesObject> {
  const { group, version, kind } = refOf(object);
  const { namespaced } = await client.discovery.resourceFor({ group, version, kind });
  if (!namespaced || typeof object.metadata['namespace'] === 'string') return object;
  return { ...object, metadata: { ...object.metadata, namespace: flags.namespace } };
}

function objectsOf(input: string): readonly KubernetesObject[] {
  return parseDocuments(input, { rules: 'v2' })
    .filter(({ value }) => value !== null)
    .map(({ value }) => parseObject(value, 'standard input'));
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Words as a shell splits them, single quotes being the only quoting. */
export function splitArguments(text: string): string[] {
  const words: string[] = [];
  for (const [, quoted, bare] of text.matchAll(/((?:[^\s']*'[^']*')+[^\s']*)|(\S+)/g))
    words.push((quoted ?? bare ?? '').replaceAll("'", ''));
  return words;
}
