import type { KubernetesObject, VersionedRef } from '@capstan/object';

/** Namespaces that the apps of the workload are spread over. */
export const NAMESPACES = 20;

/** The name of an app of the workload. */
export function appName(index: number): string {
  return `app-${index}`;
}

/** The namespace that an app of the workload goes to. */
export function namespaceOf(prefix: string, index: number): string {
  return `${prefix}-${index % NAMESPACES}`;
}

/** The four objects of an app: ConfigMap, ServiceAccount, Service and Deployment. */
export function objectsOf(index: number, level = 'info'): readonly KubernetesObject[] {
  const name = appName(index);
  const labels = { app: name };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { LEVEL: level } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name,
            containers: [{ name: 'main', image: 'nginx:1.27', ports: [{ name: 'http', containerPort: 80 }] }],
          },
        },
      },
    },
  ];
}

/** The files of one app: a kustomization and a file an object. JSON is YAML. */
export function filesOf(index: number, level = 'info'): Readonly<Record<string, string>> {
  const folder = `apps/${appName(index)}`;
  const objects = objectsOf(index, level).map(
    (object) => [`${object.kind.toLowerCase()}.yaml`, JSON.stringify(object, null, 2)] as const,
  );
  const resources = objects.map(([file]) => `  - ${file}\n`).join('');
  return {
    [`${folder}/kustomization.yaml`]: `resources:\n${resources}`,
    ...Object.fromEntries(objects.map(([file, text]) => [`${folder}/${file}`, text])),
  };
}

/** The files of all apps. */
export function repositoryOf(apps: number): Readonly<Record<string, string>> {
  return Object.assign({}, ...Array.from({ length: apps }, (_, index) => filesOf(index))) as Record<string, string>;
}

/** A dialect's resource for an app, as a user writes it. */
export function resourceOf(
  dialect: 'argo' | 'flux',
  place: { readonly prefix: string; readonly url: string },
  index: number,
): KubernetesObject {
  const name = appName(index);
  if (dialect === 'argo') {
    return {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: `${place.prefix}-${index}`, namespace: 'argocd' },
      spec: {
        project: 'default',
        source: { repoURL: place.url, targetRevision: 'main', path: `apps/${name}` },
        destination: { server: 'https://kubernetes.default.svc', namespace: namespaceOf(place.prefix, index) },
        syncPolicy: { automated: { prune: true, selfHeal: true } },
      },
    };
  }
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: place.prefix },
    spec: {
      interval: '10m',
      path: `./apps/${name}`,
      prune: true,
      wait: true,
      timeout: '5m',
      targetNamespace: namespaceOf(place.prefix, index),
      sourceRef: { kind: 'GitRepository', name: 'repository' },
    },
  };
}

/** The kind of a dialect's resource. */
export function kindOf(dialect: 'argo' | 'flux'): Omit<VersionedRef, 'namespace' | 'name'> {
  return dialect === 'argo'
    ? { group: 'argoproj.io', version: 'v1alpha1', kind: 'Application' }
    : { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization' };
}

/** Where a dialect's resources stand. */
export function homeOf(dialect: 'argo' | 'flux', prefix: string): string {
  return dialect === 'argo' ? 'argocd' : prefix;
}
