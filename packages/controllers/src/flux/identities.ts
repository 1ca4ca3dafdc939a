import { claimsOf, type CloudIdentity, type CloudTokens, type ServiceAccountIdentity } from '@capstan/cloud';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { getPath, isJsonObject, parseJson, type JsonObject, type KubernetesObject } from '@capstan/object';
import type { Cluster } from '../runtime/cluster.ts';
import type { FluxOptions } from './options.ts';
import { serverWords } from './server-words.ts';

/** Whose identity is asked for. */
export interface IdentityRequest {
  readonly namespace: string;
  /** The service account that the object names; '' where it names none. */
  readonly account: string;
  /** The one that stands for it where it names none, as the operator says. */
  readonly fallback: string | undefined;
}

/** Kubernetes' own place for what a pod is given of its service account. */
const OWN_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** As whom clouds and other clusters are asked on behalf of an object: as a service account of its namespace, or as us. */
export class Identities {
  readonly tokens: CloudTokens;
  readonly #cluster: Cluster;
  readonly #options: Pick<FluxOptions, 'objectLevelIdentity' | 'ambientCredentials'>;

  constructor(
    cluster: Cluster,
    options: Pick<FluxOptions, 'objectLevelIdentity' | 'ambientCredentials'>,
    tokens: CloudTokens,
  ) {
    this.tokens = tokens;
    this.#cluster = cluster;
    this.#options = options;
  }

  /** Whether this process's own identity may be used on behalf of an object. */
  get mayBeOurs(): boolean {
    return this.#options.ambientCredentials;
  }

  /**
   * The service account that an object names, or else the one that stands for it, or else this process itself where the
   * operator allows that. Throws CLOUD_IDENTITY_INVALID.
   */
  async find({ namespace, account, fallback }: IdentityRequest, signal: AbortSignal): Promise<CloudIdentity> {
    const name = account === '' ? (fallback ?? '') : account;
    if (name === '') {
      if (this.mayBeOurs) return { kind: 'ambient' };
      throw invalid(
        'no service account is named, and the identity of the controllers is not used: name one, or start them with --ambient-credentials',
      );
    }
    if (!this.#options.objectLevelIdentity) throw invalid('ObjectLevelWorkloadIdentity feature gate is not enabled');
    return this.#account(namespace, name, account === '', signal);
  }

  /** This process's own service account, as a cluster knows it that takes tokens of this one. Throws CLOUD_IDENTITY_INVALID. */
  async own(): Promise<ServiceAccountIdentity> {
    const token = await this.tokens.ports.readFile(OWN_TOKEN).catch(() => undefined);
    if (token === undefined) throw invalid(`failed to read service account token file ${OWN_TOKEN}`);
    const [system, kind, namespace, name] = claimsOf(token.trim()).subject.split(':');
    if (system !== 'system' || kind !== 'serviceaccount' || namespace === undefined || name === undefined)
      throw invalid('the token of this pod is not of a service account');
    return this.#identity(namespace, name, {});
  }

  async #account(
    namespace: string,
    name: string,
    isFallback: boolean,
    signal: AbortSignal,
  ): Promise<ServiceAccountIdentity> {
    let object: KubernetesObject;
    try {
      const ref = { group: '', version: 'v1', kind: 'ServiceAccount', namespace, name };
      object = await this.#cluster.client.get(ref, { signal });
    } catch (error) {
      if (signal.aborted || !isCapstanError(error)) throw error;
      const said =
        isFallback && isCapstanError(error, 'KUBE_NOT_FOUND')
          ? 'it stands for all that name none, and is not in this namespace: name one that is'
          : serverWords(error);
      throw invalid(`failed to get service account '${namespace}/${name}': ${said}`);
    }
    const annotations = object.metadata['annotations'];
    return this.#identity(namespace, name, isJsonObject(annotations) ? annotations : {});
  }

  #identity(namespace: string, name: string, annotations: JsonObject): ServiceAccountIdentity {
    const texts = Object.entries(annotations).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    );
    return {
      kind: 'service-account',
      namespace,
      name,
      annotations: Object.fromEntries(texts),
      tokenFor: (audiences, signal) => this.#tokenOf(namespace, name, audiences, signal),
    };
  }

  async #tokenOf(
    namespace: string,
    name: string,
    audiences: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`;
    const spec = audiences.length === 0 ? {} : { audiences };
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
    const call = { method: 'POST', path, body, ...(signal === undefined ? {} : { signal }) } as const;
    try {
      const token = getPath(parseJson((await this.#cluster.client.raw(call)).body), 'status', 'token');
      if (typeof token === 'string' && token !== '') return token;
    } catch (error) {
      if (signal?.aborted === true || !isCapstanError(error)) throw error;
      throw invalid(
        `failed to create kubernetes token for service account '${namespace}/${name}': ${serverWords(error)}`,
      );
    }
    throw invalid(`the cluster gave no token for service account '${namespace}/${name}'`);
  }
}

function invalid(message: string): CapstanError<'CLOUD_IDENTITY_INVALID'> {
  return new CapstanError('CLOUD_IDENTITY_INVALID', message);
}
