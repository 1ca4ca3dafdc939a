import type { JsonObject, KubernetesObject } from '@capstan/object';

/** Labels by which what `up` has made is found. */
const labels = { 'app.kubernetes.io/part-of': 'mono-repo', 'app.kubernetes.io/managed-by': 'capstan-up' };

/** Namespaces that `up` makes; those of the Applications are made by their `CreateNamespace`. */
export const seededNamespaces = ['capstan-system', 'flux-system', 'argocd', 'development'] as const;

/** What brings the repository at `url` to the cluster: development by Flux's resources, the others by Argo CD's. */
export function seedResources(url: string): readonly KubernetesObject[] {
  return [
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'mono-repo', namespace: 'flux-system', labels },
      spec: { interval: '1m', url, ref: { branch: 'main' } },
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'development', namespace: 'flux-system', labels: { ...labels, environment: 'development' } },
      spec: {
        interval: '10m',
        sourceRef: { kind: 'GitRepository', name: 'mono-repo' },
        path: './overlays/development',
        prune: true,
        wait: true,
        timeout: '2m',
      },
    },
    defaultProject,
    application('staging', url),
    application('production', url),
  ];
}

/** What Argo CD makes by itself when it starts: a project that permits everything. */
const defaultProject: KubernetesObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'default', namespace: 'argocd' },
  spec: {
    sourceRepos: ['*'],
    destinations: [{ namespace: '*', server: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  },
};

function application(environment: string, url: string): KubernetesObject {
  const spec: JsonObject = {
    project: 'default',
    source: { repoURL: url, targetRevision: 'main', path: `overlays/${environment}` },
    destination: { server: 'https://kubernetes.default.svc', namespace: environment },
    syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
  };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: environment, namespace: 'argocd', labels: { ...labels, environment } },
    spec,
  };
}
