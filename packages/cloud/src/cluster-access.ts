import { CapstanError } from '@capstan/errors';
import { describeEksCluster, eksToken, parseEksCluster } from './aws/eks.ts';
import { describeAksCluster } from './azure/aks.ts';
import { AKS_SCOPE, resourceManager } from './azure/azure-cloud.ts';
import type { CloudTokens } from './cloud-tokens.ts';
import { clusterAddress } from './cluster-address.ts';
import { describeGkeCluster } from './google/gke.ts';
import { claimsOf, type AccessToken, type CloudIdentity } from './identity.ts';

/** Whose identities open a cluster. */
export type ClusterProvider = 'aws' | 'azure' | 'gcp' | 'generic';

/** A cluster as a ConfigMap of `kubeConfig.configMapRef` describes it; what is not said is empty. */
export interface ClusterDescription {
  readonly provider: ClusterProvider;
  /** The name of the cluster at its cloud. */
  readonly cluster: string;
  readonly address: string;
  /** PEM. */
  readonly ca: string;
  readonly audiences: readonly string[];
}

/** Where a cluster is. */
export interface ClusterPlace {
  readonly server: string;
  /** PEM; the system's authorities where it is empty. */
  readonly ca: string;
}

/** Reads the name of a provider. Throws CLOUD_IDENTITY_INVALID. */
export function clusterProvider(name: string): ClusterProvider {
  if (name === 'aws' || name === 'azure' || name === 'gcp' || name === 'generic') return name;
  throw new CapstanError('CLOUD_IDENTITY_INVALID', `provider '${name}' not implemented`);
}

/**
 * Where a cluster is and by whose certificates, asked of its cloud as far as the description does not say. Throws
 * CLOUD_IDENTITY_INVALID, CLOUD_REFUSED, CLOUD_UNREACHABLE.
 */
export async function clusterPlace(
  tokens: CloudTokens,
  described: ClusterDescription,
  identity: CloudIdentity,
  signal?: AbortSignal,
): Promise<ClusterPlace> {
  const { address, ca, provider } = described;
  if (provider === 'generic' && address === '')
    throw new CapstanError('CLOUD_IDENTITY_INVALID', 'cluster address is required to create a REST config');
  if (provider === 'generic' || (address !== '' && ca !== '')) return { server: clusterAddress(address), ca };
  const found = await describe(tokens, described, identity, signal);
  return { server: clusterAddress(address === '' ? found.address : address), ca: ca === '' ? found.ca : ca };
}

async function describe(
  tokens: CloudTokens,
  { provider, cluster, address }: ClusterDescription,
  identity: CloudIdentity,
  signal: AbortSignal | undefined,
): Promise<{ readonly address: string; readonly ca: string }> {
  const { ports } = tokens;
  switch (provider) {
    case 'aws': {
      const { region } = parseEksCluster(cluster);
      return describeEksCluster(ports, cluster, await tokens.aws(identity, region, signal), signal);
    }
    case 'azure': {
      const { scope } = await resourceManager(ports);
      return describeAksCluster(ports, cluster, address, await tokens.azure(identity, scope, signal), signal);
    }
    case 'gcp':
      return describeGkeCluster(ports, cluster, await tokens.google(identity, signal), signal);
    case 'generic':
      return { address, ca: '' };
    default:
      return provider satisfies never;
  }
}

/** A token that the cluster takes. Throws as `clusterPlace`. */
export async function clusterToken(
  tokens: CloudTokens,
  { provider, cluster, address, audiences }: ClusterDescription,
  identity: CloudIdentity,
  signal?: AbortSignal,
): Promise<AccessToken> {
  switch (provider) {
    case 'aws': {
      const { region } = parseEksCluster(cluster);
      return eksToken(tokens.ports, cluster, await tokens.aws(identity, region, signal));
    }
    case 'azure':
      return tokens.azure(identity, AKS_SCOPE, signal);
    case 'gcp':
      return tokens.google(identity, signal);
    case 'generic': {
      if (identity.kind === 'ambient')
        throw new CapstanError('CLOUD_IDENTITY_INVALID', 'the generic provider needs a service account');
      const token = await identity.tokenFor(audiences.length === 0 ? [address] : audiences, signal);
      return { token, expiresAt: claimsOf(token).expiresAt };
    }
    default:
      return provider satisfies never;
  }
}
