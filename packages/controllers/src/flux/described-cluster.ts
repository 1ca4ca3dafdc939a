import {
  clusterPlace,
  clusterProvider,
  clusterToken,
  identityKey,
  type CloudIdentity,
  type ClusterDescription,
} from '@capstan/cloud';
import { CapstanError, isCapstanError } from '@capstan/errors';
import type { ClusterAuth, ClusterConfig } from '@capstan/kube';
import { getPath, type KubernetesObject } from '@capstan/object';
import type { Cluster } from '../runtime/cluster.ts';
import { textDigest } from '../runtime/digest.ts';
import type { Identities } from './identities.ts';
import { serverWords } from './server-words.ts';

/** A cluster that a ConfigMap describes, and as whom it is reached. */
export interface DescribedCluster {
  /** The same text, the same cluster reached as the same identity. */
  readonly fingerprint: string;
  /** Asks its cloud where it is, as far as that is not said. Throws CLOUD_*. */
  readonly config: (signal: AbortSignal) => Promise<ClusterConfig>;
}

/** What reading a description needs. */
export interface DescriptionContext {
  readonly cluster: Cluster;
  readonly identities: Identities;
  readonly defaultServiceAccount: string | undefined;
}

const MAX_TEXT = 64 * 1024;

/** Reads the ConfigMap of a `kubeConfig.configMapRef`. Throws CLOUD_IDENTITY_INVALID. */
export async function readDescribedCluster(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { cluster, identities, defaultServiceAccount }: DescriptionContext,
  signal: AbortSignal,
): Promise<DescribedCluster> {
  let object: KubernetesObject;
  try {
    const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace, name };
    object = await cluster.client.get(ref, { signal });
  } catch (error) {
    if (signal.aborted || !isCapstanError(error)) throw error;
    const words = `failed to get configmap ${namespace}/${name}: ${serverWords(error)}`;
    throw new CapstanError('CLOUD_IDENTITY_INVALID', words);
  }
  const text = (key: string): string => {
    const value = getPath(object, 'data', key);
    return typeof value === 'string' && value.length <= MAX_TEXT ? value : '';
  };
  const described: ClusterDescription = {
    provider: clusterProvider(text('provider')),
    cluster: text('cluster'),
    address: text('address'),
    ca: text('ca.crt'),
    audiences: text('audiences')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
  const asked = { namespace, account: text('serviceAccountName'), fallback: defaultServiceAccount };
  const found = await identities.find(asked, signal);
  const identity = described.provider === 'generic' && found.kind === 'ambient' ? await identities.own() : found;
  const fingerprint = textDigest(JSON.stringify([namespace, name, described, identityKey(identity)]));
  return { fingerprint, config: (stop) => configOf(described, identity, identities, fingerprint, stop) };
}

async function configOf(
  described: ClusterDescription,
  identity: CloudIdentity,
  { tokens }: Identities,
  fingerprint: string,
  signal: AbortSignal,
): Promise<ClusterConfig> {
  const { server, ca } = await clusterPlace(tokens, described, identity, signal);
  const key = `cluster ${fingerprint}`;
  const auth: ClusterAuth = {
    authorization: async (stop) => {
      const { token } = await tokens.keep(key, () => clusterToken(tokens, described, identity, stop));
      return `Bearer ${token}`;
    },
    clientCertificate: () => Promise.resolve(undefined),
    refresh: () => {
      tokens.forget(key);
      return true;
    },
  };
  return {
    server,
    context: described.provider,
    namespace: 'default',
    tls: { insecure: false, ...(ca === '' ? {} : { ca }) },
    auth,
  };
}
