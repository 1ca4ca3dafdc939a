import { CapstanError } from '@capstan/errors';
import { codeCommitLogin, codeCommitRegion } from './aws/code-commit.ts';
import { DEVOPS_SCOPE } from './azure/azure-cloud.ts';
import type { CloudTokens } from './cloud-tokens.ts';
import type { CloudIdentity } from './identity.ts';

/** What opens a repository of a cloud. */
export type GitAccess =
  | { readonly kind: 'bearer'; readonly token: string; readonly expiresAt: number }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string; readonly expiresAt: number };

/** Opens a repository of AWS CodeCommit or Azure DevOps. Throws CLOUD_IDENTITY_INVALID, CLOUD_REFUSED, CLOUD_UNREACHABLE. */
export async function gitAccess(
  tokens: CloudTokens,
  provider: 'aws' | 'azure',
  url: string,
  identity: CloudIdentity,
  signal?: AbortSignal,
): Promise<GitAccess> {
  if (provider === 'azure' && identity.kind === 'ambient' && !isDevOps(url))
    throw new CapstanError(
      'CLOUD_IDENTITY_INVALID',
      'the identity of the controllers is shown to Azure DevOps alone: the URL is none of dev.azure.com or visualstudio.com over https',
    );
  if (provider === 'azure') return { kind: 'bearer', ...(await tokens.azure(identity, DEVOPS_SCOPE, signal)) };
  const credentials = await tokens.aws(identity, codeCommitRegion(url), signal);
  return { kind: 'basic', ...(await codeCommitLogin(tokens.ports, url, credentials)) };
}

/** Whoever may write a URL could have a token of ours sent anywhere; one of their own service account is theirs to send. */
function isDevOps(url: string): boolean {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  return protocol === 'https:' && (hostname === 'dev.azure.com' || hostname.endsWith('.visualstudio.com'));
}
