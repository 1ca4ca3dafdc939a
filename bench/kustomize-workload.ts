import { stringify, stringifyAll } from '@capstan/yaml';
import type { JsonObject } from '@capstan/object';

/** What is built: the resources as they are, or changed by every common kind of transformer. */
export const SHAPES = ['base', 'overlay'] as const;

/** One of `SHAPES`; also the folder in which its kustomization stands. */
export type Shape = (typeof SHAPES)[number];

/** The files of a base of N resources, half Deployments and half Services, and of an overlay over it. */
export function filesOfKustomize(resources: number): Readonly<Record<string, string>> {
  const pairs = Math.ceil(resources / 2);
  const objects = Array.from({ length: pairs }, (_, index) => [deployment(index), service(index)]).flat();
  return {
    'base/kustomization.yaml': 'resources:\n- resources.yaml\n',
    'base/resources.yaml': stringifyAll(objects.slice(0, resources)),
    'overlay/kustomization.yaml': stringify(overlay),
    'overlay/resources-patch.yaml': stringify(strategicPatch),
    'overlay/deadline-patch.yaml': stringify([
      { op: 'add', path: '/spec/progressDeadlineSeconds', value: 120 },
      { op: 'replace', path: '/spec/template/spec/containers/0/ports/0/containerPort', value: 8081 },
    ]),
  };
}

const overlay: JsonObject = {
  namespace: 'production',
  namePrefix: 'prod-',
  labels: [{ pairs: { environment: 'production' }, includeSelectors: true }],
  resources: ['../base'],
  images: [{ name: 'registry.example.com/team/app', newTag: 'v2.0.1' }],
  patches: [
    { path: 'resources-patch.yaml', target: { kind: 'Deployment' } },
    { path: 'deadline-patch.yaml', target: { kind: 'Deployment' } },
  ],
  configMapGenerator: [{ name: 'settings', literals: ['LOG_LEVEL=info', 'REGION=eu-west-1'] }],
};

const strategicPatch: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'any' },
  spec: {
    replicas: 3,
    template: {
      spec: {
        containers: [
          {
            name: 'main',
            resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
            env: [{ name: 'TRACING', value: 'on' }],
          },
        ],
      },
    },
  },
};

function deployment(index: number): JsonObject {
  const name = `app-${index}`;
  const labels = { app: name, 'app.kubernetes.io/part-of': 'shop' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels }, spec: { containers: [container(index)] } },
    },
  };
}

function container(index: number): JsonObject {
  return {
    name: 'main',
    image: 'registry.example.com/team/app:v1.0.0',
    args: ['--port=8080', `--shard=${index}`],
    ports: [{ name: 'http', containerPort: 8080 }],
    env: [
      { name: 'PEER', value: `http://app-${index}:80` },
      { name: 'LOG_LEVEL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'LOG_LEVEL' } } },
    ],
    readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 10 },
    resources: { requests: { cpu: '50m', memory: '64Mi' } },
  };
}

function service(index: number): JsonObject {
  const name = `app-${index}`;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { app: name, 'app.kubernetes.io/part-of': 'shop' } },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
}
