import { getPath, refOf, type KubernetesObject } from '@capstan/object';
import type { ApiRequest } from '@capstan/testkit';
import { uidOf } from '../fields.ts';
import type { World } from '../world.ts';
import type { Story, Told } from './story.ts';

const kept = [
  { group: '', version: 'v1', kind: 'ConfigMap' },
  { group: '', version: 'v1', kind: 'Service' },
  { group: 'apps', version: 'v1', kind: 'Deployment' },
] as const;

/** A write of the controllers that a kill can come before or after: no dry-run, no event, no Lease. */
export function isKillable(world: World, request: ApiRequest): boolean {
  const isWrite = !['get', 'list', 'watch', 'other'].includes(request.verb);
  if (!isWrite || request.url.includes('dryRun=')) return false;
  if (['events', 'leases'].includes(request.resource) || request.group === 'authorization.k8s.io') return false;
  const { namespace } = world;
  return request.namespace.startsWith(namespace) || request.name.startsWith(namespace);
}

/** Sees that objects stay the same ones, and that nothing is deleted that need not be. */
export class Watchful implements Told {
  readonly #world: World;
  readonly #story: Story;
  readonly #uids = new Map<string, string>();

  constructor(world: World, story: Story) {
    this.#world = world;
    this.#story = story;
  }

  async settled(): Promise<void> {
    for (const object of await this.#objects()) {
      const { kind, name } = refOf(object);
      if (this.#story.renews.includes(name)) continue;
      const key = `${kind} ${name}`;
      const before = this.#uids.get(key);
      if (before !== undefined && before !== uidOf(object)) throw new Error(`${key} was made anew`);
      this.#uids.set(key, uidOf(object));
    }
  }

  /** Throws where a delete has been sent that the story does not ask for. */
  deletedOnly(): void {
    const { deletes, renews } = this.#story;
    const wrong = this.#world
      .writes()
      .filter(({ verb, name }) => verb.startsWith('delete') && !deletes.includes(name) && !renews.includes(name));
    if (wrong.length > 0)
      throw new Error(`deleted: ${wrong.map(({ resource, name }) => `${resource}/${name}`).join(', ')}`);
  }

  async #objects(): Promise<readonly KubernetesObject[]> {
    const { view, namespace } = this.#world;
    const lists = await Promise.all(kept.map((kind) => view.client.listAll(kind, { namespace })));
    return lists
      .flatMap(({ items }) => items)
      .filter((object) => getPath(object, 'metadata', 'name') !== 'kube-root-ca.crt');
  }
}
