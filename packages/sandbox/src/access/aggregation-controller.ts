import {
  deepEqual,
  getPath,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { WorkList } from '../garbage/work-list.ts';
import { internalRequest, type Cluster } from '../registry/cluster.ts';
import { metaText } from '../registry/metadata.ts';
import { patchObject } from '../registry/patch.ts';
import { matchesSelector } from '../simulate/label-selector.ts';
import { objectKey } from '../store/collection.ts';

const GROUP = 'rbac.authorization.k8s.io';
const COLLECTION = `${GROUP}/clusterroles`;
const MANAGER = 'clusterrole-aggregation-controller';

/** Keeps the rules of ClusterRoles that gather those of others. */
export class AggregationController {
  readonly #cluster: Cluster;
  readonly #work: WorkList;

  constructor(cluster: Cluster, report: (error: unknown) => void) {
    this.#cluster = cluster;
    this.#work = new WorkList((name) => this.#gather(name), report);
    // A new cluster's `admin`, `edit` and `view` hold something from the first request on.
    for (let round = 0; round < 3; round++) for (const name of this.#gathering()) this.#gather(name);
    cluster.store.observe((change) => {
      if (change.collection !== COLLECTION) return;
      for (const name of this.#gathering()) this.#work.add(name);
    });
  }

  stop(): void {
    this.#work.stop();
  }

  #roles(): readonly KubernetesObject[] {
    return this.#cluster.store
      .collection(COLLECTION)
      .list()
      .map((stored) => stored.object);
  }

  #gathering(): readonly string[] {
    return this.#roles()
      .filter((role) => isJsonObject(role['aggregationRule']))
      .map((role) => metaText(role, 'name'));
  }

  #gather(name: string): void {
    const resource = this.#cluster.registry.find(GROUP, 'v1', 'clusterroles');
    const role = this.#cluster.store.collection(COLLECTION).get(objectKey('', name))?.object;
    if (resource === undefined || role === undefined || !isJsonObject(role['aggregationRule'])) return;
    const rules = this.#rulesFor(role);
    if (deepEqual(rules, listOf(role['rules']))) return;
    const value = { apiVersion: `${GROUP}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
    patchObject(
      this.#cluster,
      resource,
      '',
      name,
      { type: 'apply', value },
      { ...internalRequest(MANAGER), force: true },
    );
  }

  /** What the selected roles hold, in the order of the selectors and of the roles' names, each rule once. */
  #rulesFor(role: KubernetesObject): JsonValue[] {
    const rules: JsonValue[] = [];
    const selectors = listOf(getPath(role, 'aggregationRule', 'clusterRoleSelectors'));
    const others = this.#roles().filter((other) => metaText(other, 'name') !== metaText(role, 'name'));
    for (const selector of selectors) {
      for (const other of others.filter((each) => matchesSelector(selector, labelsOf(each)))) {
        for (const rule of listOf(other['rules'])) {
          if (!rules.some((known) => deepEqual(known, rule))) rules.push(rule);
        }
      }
    }
    return rules;
  }
}

function labelsOf(object: KubernetesObject): JsonObject {
  const { labels } = object.metadata;
  return isJsonObject(labels) ? labels : {};
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}
