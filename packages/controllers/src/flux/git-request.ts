import { GitRepository } from '@capstan/api';
import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import { durationMilliseconds, formatRef, refOf, type KubernetesObject } from '@capstan/object';
import { fluxGitCredentials, fluxProxy, hasGitHubApp, type GitCredentials, type GitRequest } from '@capstan/source';
import type { Engine } from '../runtime/engine.ts';
import { reason } from './names.ts';
import { viewOf } from './resource-view.ts';
import { serverWords } from './server-words.ts';

const DEFAULT_TIMEOUT = '60s';
const NEEDS_APP = 'secretRef with github app data must be specified when provider is set to github';

/** How a GitRepository's repository is reached: with the credentials of its Secret, through its proxy. */
export async function gitRequestOf(engine: Engine, object: KubernetesObject, signal: AbortSignal): Promise<GitRequest> {
  const { spec } = viewOf(GitRepository, object);
  if (spec === undefined) throw new CapstanError('SPEC_INVALID', `${formatRef(refOf(object))}: spec: is missing`);
  const { namespace } = refOf(object);
  const secretOf = (name: string): Promise<KubernetesObject> =>
    engine.clusters.local.client.get({ group: '', version: 'v1', kind: 'Secret', namespace, name }, { signal });
  const timeoutSeconds = durationMilliseconds(spec.timeout ?? DEFAULT_TIMEOUT) / 1000;
  const proxy = await proxyOf(spec.proxySecretRef?.name, secretOf, signal);
  const own = await credentialsOf(spec, namespace, secretOf);
  if (own === undefined && proxy === undefined) return { url: spec.url, timeoutSeconds };
  return { url: spec.url, timeoutSeconds, credentials: { ...own, ...(proxy === undefined ? {} : { proxy }) } };
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
  { url, provider = 'generic', secretRef }: NonNullable<GitRepository['spec']>,
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
