import { GitRepository } from '@capstan/api';
import { CloudTokens, gitAccess, identityKey, throughProxy } from '@capstan/cloud';
import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import { durationMilliseconds, formatRef, refOf, type KubernetesObject } from '@capstan/object';
import { fluxGitCredentials, fluxProxy, hasGitHubApp, type GitCredentials, type GitRequest } from '@capstan/source';
import type { Engine } from '../runtime/engine.ts';
import type { Identities } from './identities.ts';
import { reason } from './names.ts';
import type { FluxOptions } from './options.ts';
import { viewOf } from './resource-view.ts';
import { serverWords } from './server-words.ts';

type Spec = NonNullable<GitRepository['spec']>;

const DEFAULT_TIMEOUT = '60s';
/** Proxies whose tokens are kept. */
const MAX_PROXIES = 100;
const NEEDS_GATE =
  'to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller';
const NEEDS_APP = 'secretRef with github app data must be specified when provider is set to github';

/** How repositories of GitRepositories are reached. */
export class GitRequests {
  readonly #engine: Engine;
  readonly #identities: Identities;
  readonly #options: Pick<FluxOptions, 'defaultServiceAccount' | 'objectLevelIdentity'>;
  readonly #proxied = new Map<string, CloudTokens>();

  constructor(
    engine: Engine,
    identities: Identities,
    options: Pick<FluxOptions, 'defaultServiceAccount' | 'objectLevelIdentity'>,
  ) {
    this.#engine = engine;
    this.#identities = identities;
    this.#options = options;
  }

  /**
   * How a GitRepository's repository is reached: with the credentials of its Secret, or what its cloud gives to its
   * service account, through its proxy. Throws GIT_CREDENTIALS_INVALID.
   */
  async of(object: KubernetesObject, signal: AbortSignal): Promise<GitRequest> {
    const { spec } = viewOf(GitRepository, object);
    if (spec === undefined) throw new CapstanError('SPEC_INVALID', `${formatRef(refOf(object))}: spec: is missing`);
    const { namespace } = refOf(object);
    const { client } = this.#engine.clusters.local;
    const secretOf = (name: string): Promise<KubernetesObject> =>
      client.get({ group: '', version: 'v1', kind: 'Secret', namespace, name }, { signal });
    const timeoutSeconds = durationMilliseconds(spec.timeout ?? DEFAULT_TIMEOUT) / 1000;
    const proxy = await proxyOf(spec.proxySecretRef?.name, secretOf, signal);
    const own = await credentialsOf(spec, namespace, secretOf);
    const given = await this.#givenBy(spec, namespace, proxy, signal);
    if (own === undefined && given === undefined && proxy === undefined) return { url: spec.url, timeoutSeconds };
    const lasting = { ...own, ...(proxy === undefined ? {} : { proxy }) };
    if (given === undefined) return { url: spec.url, timeoutSeconds, credentials: lasting };
    const identity = JSON.stringify([given.identity, lasting]);
    return { url: spec.url, timeoutSeconds, credentials: { ...lasting, ...given.credentials }, identity };
  }

  /** What a cloud gives for a repository of its own; it takes the place of what a Secret says. */
  async #givenBy(
    { provider, serviceAccountName = '', url }: Spec,
    namespace: string,
    proxy: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly credentials: GitCredentials; readonly identity: string } | undefined> {
    if (provider !== 'aws' && provider !== 'azure') return undefined;
    if (serviceAccountName !== '' && !this.#options.objectLevelIdentity)
      throw refusal(reason.featureGateDisabled, NEEDS_GATE, true);
    const fallback = this.#options.defaultServiceAccount;
    try {
      const identity = await this.#identities.find({ namespace, account: serviceAccountName, fallback }, signal);
      const access = await gitAccess(this.#tokens(proxy), provider, url, identity, signal);
      const credentials =
        access.kind === 'bearer'
          ? { bearerToken: access.token }
          : { basic: { username: access.username, password: access.password } };
      return { credentials, identity: `${provider} ${identityKey(identity)}` };
    } catch (error) {
      if (signal.aborted || !isCapstanError(error)) throw error;
      throw refusal(reason.authenticationFailed, `failed to configure authentication options: ${messageOf(error)}`);
    }
  }

  /** Who goes through a proxy of its own keeps what it got there apart. */
  #tokens(proxy: string | undefined): CloudTokens {
    const { tokens } = this.#identities;
    if (proxy === undefined) return tokens;
    const known = this.#proxied.get(proxy);
    if (known !== undefined) return known;
    const made = new CloudTokens(throughProxy(tokens.ports, proxy));
    this.#proxied.set(proxy, made);
    if (this.#proxied.size > MAX_PROXIES) {
      const [oldest] = this.#proxied.keys();
      if (oldest !== undefined) this.#proxied.delete(oldest);
    }
    return made;
  }
}

async function proxyOf(
  name: string | undefined,
  secretOf: (name: string) => Promise<KubernetesObject>,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (name === undefined) return undefined;
  try {
    return fluxProxy(await secretOf(name));
  } catch (error) {
    if (signal.aborted || !isCapstanError(error)) throw error;
    const said = isCapstanError(error, 'GIT_CREDENTIALS_INVALID') ? messageOf(error) : serverWords(error);
    throw refusal(reason.authenticationFailed, `failed to configure proxy options: ${said}`);
  }
}

async function credentialsOf(
  { url, provider = 'generic', secretRef }: Spec,
  namespace: string,
  secretOf: (name: string) => Promise<KubernetesObject>,
): Promise<GitCredentials | undefined> {
  if (secretRef === undefined) {
    if (provider === 'github') throw refusal(reason.invalidProviderConfiguration, NEEDS_APP, true);
    return undefined;
  }
  const secret = await secretOf(secretRef.name);
  const hasApp = hasGitHubApp(secret);
  if (provider === 'github' && !hasApp) throw refusal(reason.invalidProviderConfiguration, NEEDS_APP);
  if (provider !== 'github' && hasApp)
    throw refusal(
      reason.invalidProviderConfiguration,
      `secretRef '${namespace}/${secretRef.name}' has github app data but provider is not set to github`,
    );
  return fluxGitCredentials(secret, url);
}

function refusal(why: string, message: string, stalled = false): CapstanError {
  return new CapstanError('GIT_CREDENTIALS_INVALID', message, { data: { reason: why, stalled } });
}
