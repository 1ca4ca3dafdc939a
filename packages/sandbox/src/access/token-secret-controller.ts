import { getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { WorkList } from '../garbage/work-list.ts';
import { internalRequest, type Cluster } from '../registry/cluster.ts';
import { deleteStored } from '../registry/delete.ts';
import { isTerminating, metaText, withMeta } from '../registry/metadata.ts';
import { updateObject } from '../registry/update.ts';
import { objectKey, type Change, type Stored } from '../store/collection.ts';
import type { Authenticator } from './authenticator.ts';
import { accountUserName } from './user.ts';

const MANAGER = 'kube-controller-manager';
const TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';
const SECRETS = '/secrets';
const ACCOUNTS = '/serviceaccounts';

/** Fills the Secrets that are to hold a service account's token, and takes them away with the account. */
export class TokenSecretController {
  readonly #cluster: Cluster;
  readonly #authenticator: Authenticator;
  readonly #rootCa: string;
  readonly #work: WorkList;
  /** Token Secrets by their account, so that one that goes is not searched for. */
  readonly #byAccount = new Map<string, Set<string>>();

  constructor(cluster: Cluster, authenticator: Authenticator, rootCa: string, report: (error: unknown) => void) {
    this.#cluster = cluster;
    this.#authenticator = authenticator;
    this.#rootCa = rootCa;
    this.#work = new WorkList((key) => this.#process(key), report);
    for (const stored of cluster.store.collection(SECRETS).list()) this.#note(stored, true);
    cluster.store.observe((change) => this.#follow(change));
  }

  stop(): void {
    this.#work.stop();
  }

  #follow({ collection, type, current }: Change): void {
    if (collection === SECRETS) this.#note(current, type !== 'DELETED');
    if (collection !== ACCOUNTS) return;
    for (const key of this.#byAccount.get(current.key) ?? []) this.#work.add(key);
  }

  #note(secret: Stored, exists: boolean): void {
    const account = accountKey(secret.object);
    if (account === undefined) return;
    const keys = this.#byAccount.get(account) ?? new Set<string>();
    if (exists) {
      this.#byAccount.set(account, keys.add(secret.key));
      this.#work.add(secret.key);
      return;
    }
    keys.delete(secret.key);
    if (keys.size === 0) this.#byAccount.delete(account);
  }

  #process(key: string): void {
    const secret = this.#cluster.store.collection(SECRETS).get(key);
    const resource = this.#cluster.registry.find('', 'v1', 'secrets');
    const account = secret === undefined ? undefined : accountKey(secret.object);
    if (secret === undefined || resource === undefined || account === undefined) return;
    const owner = this.#cluster.store.collection(ACCOUNTS).get(account)?.object;
    const uid = annotation(secret.object, ACCOUNT_UID);
    if (owner === undefined || (uid !== '' && uid !== metaText(owner, 'uid'))) {
      if (!isTerminating(secret.object)) deleteStored(this.#cluster, resource, secret, { dryRun: false });
      return;
    }
    const filled = this.#filled(secret.object, owner);
    if (filled === undefined) return;
    const namespace = metaText(filled, 'namespace');
    updateObject(this.#cluster, resource, namespace, metaText(filled, 'name'), filled, internalRequest(MANAGER));
  }

  /** The Secret with all that belongs into it; undefined where nothing is missing. */
  #filled(secret: KubernetesObject, account: KubernetesObject): KubernetesObject | undefined {
    const held = mapping(secret['data']);
    const data: Record<string, JsonValue> = { ...held };
    const ca = base64(this.#rootCa);
    if (ca !== '' && data['ca.crt'] !== ca) data['ca.crt'] = ca;
    if (isEmpty(data['namespace'])) data['namespace'] = base64(metaText(secret, 'namespace'));
    if (isEmpty(data['token'])) data['token'] = base64(this.#token(secret, account));
    if (Object.keys(data).every((key) => data[key] === held[key])) return undefined;
    const annotations = {
      ...mapping(secret.metadata['annotations']),
      [ACCOUNT_NAME]: metaText(account, 'name'),
      [ACCOUNT_UID]: metaText(account, 'uid'),
    };
    return { ...withMeta(secret, { annotations }), data };
  }

  #token(secret: KubernetesObject, account: KubernetesObject): string {
    const namespace = metaText(account, 'namespace');
    const name = metaText(account, 'name');
    return this.#authenticator.issueLegacy({
      sub: accountUserName(namespace, name),
      'kubernetes.io/serviceaccount/namespace': namespace,
      'kubernetes.io/serviceaccount/secret.name': metaText(secret, 'name'),
      'kubernetes.io/serviceaccount/service-account.name': name,
      'kubernetes.io/serviceaccount/service-account.uid': metaText(account, 'uid'),
    });
  }
}

/** The account that a token Secret is for; undefined for a Secret of another type. */
function accountKey(secret: KubernetesObject): string | undefined {
  const name = secret['type'] === TYPE ? annotation(secret, ACCOUNT_NAME) : '';
  return name === '' ? undefined : objectKey(metaText(secret, 'namespace'), name);
}

function annotation(object: KubernetesObject, key: string): string {
  const value = getPath(object, 'metadata', 'annotations', key);
  return typeof value === 'string' ? value : '';
}

function mapping(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function isEmpty(value: JsonValue | undefined): boolean {
  return typeof value !== 'string' || value === '';
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
