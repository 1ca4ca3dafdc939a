import { CapstanError } from '@capstan/errors';
import { readText, tokenFileAuth } from './cluster-auth.ts';
import type { ClusterConfig } from './cluster-config.ts';

/** Where Kubernetes puts a pod's service account. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Whether this process runs in a pod that was told where its API server is. */
export function isInCluster(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return (env['KUBERNETES_SERVICE_HOST'] ?? '') !== '' && (env['KUBERNETES_SERVICE_PORT'] ?? '') !== '';
}

/** The configuration of the pod's own cluster; its token is read again as it is replaced. Throws KUBECONFIG_INVALID. */
export async function inClusterConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  directory: string = SERVICE_ACCOUNT,
): Promise<ClusterConfig> {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '';
  if (!isInCluster(env)) {
    throw new CapstanError('KUBECONFIG_INVALID', 'not in a cluster: KUBERNETES_SERVICE_HOST and _PORT are not set');
  }
  const ca = await readText(`${directory}/ca.crt`, "the service account's CA");
  const namespace = await readText(`${directory}/namespace`, "the service account's namespace");
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    context: 'in-cluster',
    namespace: namespace.trim(),
    tls: { ca, insecure: false },
    auth: tokenFileAuth(`${directory}/token`, {}),
  };
}
