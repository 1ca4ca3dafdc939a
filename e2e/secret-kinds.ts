import { getPath, type JsonObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { entriesAt, textAt, uidOf } from './fields.ts';
import type { World } from './world.ts';

/** The kinds of Sealed Secrets and of External Secrets. */
export type SecretKind = 'SealedSecret' | 'ExternalSecret';

const groups: Readonly<Record<SecretKind, readonly [group: string, version: string, plural: string]>> = {
  SealedSecret: ['bitnami.com', 'v1alpha1', 'sealedsecrets'],
  ExternalSecret: ['external-secrets.io', 'v1', 'externalsecrets'],
};

/** Defines both kinds, which all scenarios share, and waits until they are served. */
export async function defineSecretKinds({ view }: World): Promise<void> {
  for (const kind of ['SealedSecret', 'ExternalSecret'] as const) {
    const [group, version, plural] = groups[kind];
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    const metadata = { name: `${plural}.${group}` };
    await view.client.apply(
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata,
        spec: {
          group,
          scope: 'Namespaced',
          names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
          versions: [{ name: version, served: true, storage: true, subresources: { status: {} }, schema }],
        },
      },
      { fieldManager: 'capstan-e2e', force: true },
    );
    const ref = {
      group: 'apiextensions.k8s.io',
      version: 'v1',
      kind: 'CustomResourceDefinition',
      namespace: '',
      ...metadata,
    };
    const isServed = (seen: KubernetesObject): boolean =>
      entriesAt(seen, 'status', 'conditions').some(
        (one) => textAt(one, 'type') === 'Established' && textAt(one, 'status') === 'True',
      );
    await view.present(`${kind} is served`, ref, isServed);
  }
  await view.client.discovery.refresh();
}

/** A manifest; JSON is YAML. */
export function secretManifest(kind: SecretKind, name: string, spec: JsonObject): string {
  const [group, version] = groups[kind];
  return JSON.stringify({ apiVersion: `${group}/${version}`, kind, metadata: { name }, spec });
}

/** Where an object of such a kind is. */
export function secretKindRef(world: World, kind: SecretKind, name: string): VersionedRef {
  const [group, version] = groups[kind];
  return { group, version, kind, namespace: world.namespace, name };
}

/** Says of such an object what its controller would say. */
export async function report(world: World, ref: VersionedRef, type: string, status: 'True' | 'False'): Promise<void> {
  const { generation } = (await world.view.live(ref))?.metadata ?? {};
  const condition = { type, status, reason: 'Played', message: '', lastTransitionTime: '2026-01-02T03:04:05Z' };
  const said = { status: { observedGeneration: generation ?? 1, conditions: [condition] } };
  await world.view.client.patch(
    ref,
    { kind: 'merge', patch: said },
    { fieldManager: 'secret-controller', subresource: 'status' },
  );
}

/** Makes, or takes over, the Secret of such an object, as its controller does: by updates, and as its owner. */
export async function makeSecret(
  world: World,
  maker: VersionedRef,
  name: string,
  data: Readonly<Record<string, string>>,
): Promise<void> {
  const { view, namespace } = world;
  const owner = {
    apiVersion: `${maker.group}/${maker.version}`,
    kind: maker.kind,
    name: maker.name,
    uid: uidOf(await view.live(maker)),
    controller: true,
  };
  const encoded = Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  const by = { fieldManager: 'secret-controller' };
  const ref = world.ref('Secret', name);
  if ((await view.live(ref)) === undefined) {
    const metadata = { name, namespace, ownerReferences: [owner] };
    await view.client.create({ apiVersion: 'v1', kind: 'Secret', metadata, data: encoded }, by);
    return;
  }
  const patch = { metadata: { ownerReferences: [owner] }, data: encoded };
  await view.client.patch(ref, { kind: 'merge', patch }, by);
}

/** What a Secret holds under a key. */
export async function secretText(world: World, name: string, key: string): Promise<string> {
  const value = getPath(await world.view.live(world.ref('Secret', name)), 'data', key);
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
}
