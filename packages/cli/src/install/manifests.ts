import { argoResources, crdOf, fluxResources } from '@capstan/api';
import type { JsonObject, KubernetesObject } from '@capstan/object';

/** What the manifests are made for. */
export interface InstallOptions {
  readonly namespace: string;
  readonly image: string;
  readonly replicas: number;
  readonly dialect: 'argo' | 'flux' | undefined;
  /** Also the definitions of both dialects' resources and the namespaces that they live in. */
  readonly crds: boolean;
}

const NAME = 'capstan';
const ports = { listen: 8080, webhooks: 9292, artifacts: 9090, metrics: 8081 } as const;

/** The manifests that run Capstan in a cluster, in the order in which they are applied. */
export function installManifests(options: InstallOptions): readonly KubernetesObject[] {
  const { namespace } = options;
  const metadata = (name: string): JsonObject => ({ name, namespace, labels: labels() });
  return [
    ...(options.crds ? definitions(options) : []),
    namespaced(namespace, labels()),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(NAME) },
    clusterRole(),
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: NAME, labels: labels() },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAME },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace }],
    },
    deployment(options, { ...metadata(NAME), labels: { ...labels(), ...fluxLabels(options) } }),
    service(metadata(NAME), { http: ports.listen }),
    service(metadata(`${NAME}-artifacts`), { artifacts: ports.artifacts }),
    service(metadata(`${NAME}-webhooks`), { webhooks: ports.webhooks }),
  ];
}

function labels(): JsonObject {
  return { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/part-of': NAME };
}

/**
 * Flux's own program looks for its controllers by this label (`flux check`, `version`, `logs`), and `flux uninstall`
 * deletes what bears it: on the Deployment alone.
 */
function fluxLabels({ dialect }: InstallOptions): JsonObject {
  return dialect === 'argo' ? {} : { 'app.kubernetes.io/part-of': 'flux' };
}

function definitions({ dialect }: InstallOptions): readonly KubernetesObject[] {
  const argo = dialect === 'flux' ? [] : argoResources;
  const flux = dialect === 'argo' ? [] : fluxResources;
  return [
    ...[...argo, ...flux].map(crdOf),
    ...(argo.length > 0 ? [namespaced('argocd', {})] : []),
    ...(flux.length > 0 ? [namespaced('flux-system', {})] : []),
  ];
}

function namespaced(name: string, own: JsonObject): KubernetesObject {
  const metadata = Object.keys(own).length === 0 ? { name } : { name, labels: own };
  return { apiVersion: 'v1', kind: 'Namespace', metadata };
}

/** It applies whatever Git says, as Flux's and Argo CD's controllers do, so it may do whatever Git may say. */
function clusterRole(): KubernetesObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: NAME, labels: labels() },
    rules: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ],
  };
}

function deployment(options: InstallOptions, metadata: JsonObject): KubernetesObject {
  const selector = { 'app.kubernetes.io/name': NAME };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: options.replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: labels() },
        spec: {
          serviceAccountName: NAME,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            fsGroup: 65532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [container(options)],
          volumes: [
            { name: 'cache', emptyDir: {} },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      },
    },
  };
}

function container(options: InstallOptions): JsonObject {
  const every = (port: number): string => `0.0.0.0:${port}`;
  return {
    name: NAME,
    image: options.image,
    args: [
      'run',
      '--cache=/cache',
      `--listen=${every(ports.listen)}`,
      `--webhooks=${every(ports.webhooks)}`,
      `--artifacts=${every(ports.artifacts)}`,
      `--artifacts-url=http://${NAME}-artifacts.${options.namespace}.svc.cluster.local`,
      `--metrics=${every(ports.metrics)}`,
      ...(options.dialect === undefined ? [] : [`--dialect=${options.dialect}`]),
    ],
    ports: Object.entries(ports).map(([name, containerPort]) => ({
      name: name === 'listen' ? 'http' : name,
      containerPort,
    })),
    livenessProbe: { httpGet: { path: '/healthz', port: 'metrics' } },
    readinessProbe: { httpGet: { path: '/readyz', port: 'metrics' } },
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'cache', mountPath: '/cache' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}

function service(metadata: JsonObject, exposed: Readonly<Record<string, number>>): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      selector: { 'app.kubernetes.io/name': NAME },
      ports: Object.keys(exposed).map((name) => ({ name, port: 80, targetPort: name })),
    },
  };
}
