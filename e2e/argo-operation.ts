import { getPath, type JsonObject, type KubernetesObject } from '@capstan/object';
import type { App } from './app.ts';
import { entriesAt, textAt, versionOf } from './fields.ts';
import type { World } from './world.ts';

const BY = { fieldManager: 'kubectl-patch' };

/** At which version of an Application it was asked for an operation last: what ended before that is not meant. */
const asked = new WeakMap<App, bigint>();

/** Asks an Application for an operation, as a person does. */
export async function ask(world: World, app: App, sync: JsonObject, rest: JsonObject = {}): Promise<void> {
  const operation = { initiatedBy: { username: 'admin' }, sync, ...rest };
  const patched = await world.view.client.patch(app.ref, { kind: 'merge', patch: { operation } }, BY);
  asked.set(app, BigInt(versionOf(patched)));
}

/** Waits until an Application's operation has ended, and returns the Application as it was then. */
export async function ended(world: World, app: App, phase: string, words = /^/): Promise<KubernetesObject> {
  return world.view.present(`the operation ends as ${phase}`, app.ref, (seen) => {
    const state = getPath(seen, 'status', 'operationState');
    if (BigInt(versionOf(seen)) <= (asked.get(app) ?? 0n)) return false;
    return seen['operation'] === undefined && textAt(state, 'phase') === phase && words.test(textAt(state, 'message'));
  });
}

/** Waits until an Application's operation says that it waits, in words that match. */
export async function waits(world: World, app: App, words: RegExp): Promise<void> {
  await world.view.present(
    `the operation says ${words}`,
    app.ref,
    (seen) =>
      textAt(seen, 'status', 'operationState', 'phase') === 'Running' &&
      words.test(textAt(seen, 'status', 'operationState', 'message')),
  );
}

/** The names of what the last operation tells about, in order. */
export function told(seen: KubernetesObject | undefined): string {
  return entriesAt(seen, 'status', 'operationState', 'syncResult', 'resources')
    .map((entry) => textAt(entry, 'name'))
    .sort()
    .join(' ');
}

/** What `status.resources` says of an object. */
export function standing(seen: KubernetesObject | undefined, name: string): JsonObject | undefined {
  return entriesAt(seen, 'status', 'resources').find((entry) => textAt(entry, 'name') === name);
}

/** Approves the deletions that an Application waits with; `at` is when, in milliseconds since the epoch. */
export async function approveDeletion(world: World, app: App, at = Date.now()): Promise<void> {
  const annotations = { 'argocd.argoproj.io/deletion-approved': new Date(at).toISOString() };
  await world.view.client.patch(app.ref, { kind: 'merge', patch: { metadata: { annotations } } }, BY);
}

/** Fails where something that must not be there is, or the other way round. */
export async function mustStand(world: World, kind: string, name: string, there: boolean, why: string): Promise<void> {
  const live = await world.view.live(world.ref(kind, name));
  const stands = live !== undefined && live.metadata['deletionTimestamp'] === undefined;
  if (stands !== there) throw new Error(`${kind} ${name} is ${stands ? 'there' : 'not there'}: ${why}`);
}
