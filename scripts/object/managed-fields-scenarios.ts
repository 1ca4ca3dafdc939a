import type { JsonObject, JsonValue } from '@capstan/object';

/** One request of a scenario. `edit` makes a PUT's body from what is there. */
export type Step =
  | { readonly verb: 'create'; readonly manager: string; readonly body: JsonObject }
  | {
      readonly verb: 'apply';
      readonly manager: string;
      readonly body: JsonObject;
      readonly force?: boolean;
      readonly subresource?: string;
      readonly path?: string;
    }
  | { readonly verb: 'put'; readonly manager: string; readonly edit: (live: JsonObject) => JsonObject }
  | {
      readonly verb: 'patch';
      readonly manager: string;
      readonly type: 'merge' | 'strategic-merge' | 'json';
      readonly body: JsonValue;
      readonly subresource?: string;
    };

/** Requests on one object, in order. `collection` is the path of its resource in the scenario's namespace. */
export interface Scenario {
  readonly name: string;
  readonly collection: string;
  readonly object: string;
  readonly steps: readonly Step[];
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function deployment(parts: {
  readonly labels?: JsonObject;
  readonly replicas?: number;
  readonly containers?: readonly JsonObject[];
}): JsonObject {
  const { labels, replicas, containers } = parts;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', ...(labels === undefined ? {} : { labels }) },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, ...(containers === undefined ? {} : { spec: { containers } }) },
    },
  };
}

const port = (containerPort: number, name?: string): JsonObject => ({
  containerPort,
  ...(name === undefined ? {} : { name }),
});

const deployments: Scenario = {
  name: 'deployment',
  collection: '/apis/apps/v1/namespaces/recording/deployments',
  object: 'web',
  steps: [
    {
      verb: 'create',
      manager: 'kubectl-create',
      body: deployment({ replicas: 0, containers: [{ name: 'web', image: 'nginx:1' }] }),
    },
    {
      verb: 'apply',
      manager: 'flux',
      body: deployment({ replicas: 0, labels: { team: 'a' }, containers: [{ name: 'web', image: 'nginx:2' }] }),
    },
    {
      verb: 'apply',
      manager: 'flux',
      force: true,
      body: deployment({
        replicas: 0,
        labels: { team: 'a', tier: 'b' },
        containers: [
          {
            name: 'web',
            image: 'nginx:2',
            ports: [port(8080, 'http'), port(443), { containerPort: 443, protocol: 'UDP' }],
            env: [
              { name: 'A', value: '1' },
              { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
            ],
            resources: { limits: { cpu: '100m' }, requests: { memory: '64Mi' } },
          },
        ],
      }),
    },
    {
      verb: 'put',
      manager: 'editor',
      edit: (live) => ({ ...live, metadata: { ...(live['metadata'] as JsonObject), labels: { team: 'z', own: 'x' } } }),
    },
    {
      verb: 'patch',
      manager: 'patcher',
      type: 'strategic-merge',
      body: {
        spec: { template: { spec: { containers: [{ name: 'web', image: 'nginx:3' }], nodeSelector: { a: 'b' } } } },
      },
    },
    { verb: 'patch', manager: 'patcher', type: 'json', body: [{ op: 'remove', path: '/metadata/labels/own' }] },
    {
      verb: 'patch',
      manager: 'controller',
      type: 'merge',
      subresource: 'status',
      body: {
        status: { conditions: [{ type: 'Odd', status: 'True', reason: 'Because', message: 'm' }] },
        metadata: { labels: { status: 'y' }, annotations: { noted: 'yes' } },
      },
    },
    {
      verb: 'apply',
      manager: 'flux',
      body: deployment({ replicas: 0, labels: { team: 'a' }, containers: [{ name: 'web', image: 'nginx:3' }] }),
    },
    {
      verb: 'apply',
      manager: 'flux',
      force: true,
      body: deployment({ replicas: 0, labels: { team: 'a' }, containers: [{ name: 'web', image: 'nginx:3' }] }),
    },
    {
      verb: 'apply',
      manager: 'flux',
      body: deployment({ replicas: 0, labels: { team: 'a' }, containers: [{ name: 'web', image: 'nginx:3' }] }),
    },
    {
      verb: 'apply',
      manager: 'second',
      body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', labels: { team: 'a' } } },
    },
    {
      verb: 'apply',
      manager: 'second',
      body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', finalizers: ['example.com/hold'] } },
    },
    {
      verb: 'apply',
      manager: 'second',
      body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
    },
  ],
};

function service(ports: readonly JsonObject[], extra: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports, ...extra },
  };
}

const services: Scenario = {
  name: 'service',
  collection: '/api/v1/namespaces/recording/services',
  object: 'web',
  steps: [
    { verb: 'create', manager: 'kubectl-create', body: service([{ name: 'http', port: 80 }]) },
    {
      verb: 'apply',
      manager: 'flux',
      body: service([
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ]),
    },
    {
      verb: 'apply',
      manager: 'flux',
      force: true,
      body: service([
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ]),
    },
    {
      verb: 'patch',
      manager: 'patcher',
      type: 'merge',
      body: { spec: { selector: { app: 'other', more: 'x' }, sessionAffinity: 'ClientIP' } },
    },
    { verb: 'apply', manager: 'flux', force: true, body: service([{ name: 'dns', port: 53, protocol: 'UDP' }]) },
    {
      verb: 'apply',
      manager: 'lb',
      subresource: 'status',
      body: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        status: {
          conditions: [
            { type: 'Ready', status: 'True', reason: 'R', message: '', lastTransitionTime: '2024-01-01T00:00:00Z' },
          ],
        },
      },
    },
  ],
};

const text = (data: JsonObject): string =>
  `${JSON.stringify({ apiVersion: 'v1', data, kind: 'ConfigMap', metadata: { annotations: {}, name: 'settings', namespace: 'recording' } })}\n`;
const configMap = (data: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'recording', ...metadata },
  data,
});

const configMaps: Scenario = {
  name: 'config-map',
  collection: '/api/v1/namespaces/recording/configmaps',
  object: 'settings',
  steps: [
    {
      verb: 'create',
      manager: 'kubectl-client-side-apply',
      body: configMap({ a: '1', b: '2' }, { annotations: { [LAST_APPLIED]: text({ a: '1', b: '2' }) } }),
    },
    { verb: 'apply', manager: 'other', body: configMap({ a: '9' }) },
    { verb: 'apply', manager: 'kubectl', body: configMap({ a: '9', b: '2', c: '<&>' }) },
    { verb: 'patch', manager: 'drift', type: 'merge', body: { data: { a: '5' } } },
    { verb: 'apply', manager: 'kubectl', body: configMap({ a: '9', b: '2' }) },
    {
      verb: 'put',
      manager: 'reset',
      edit: (live) => ({ ...live, metadata: { ...(live['metadata'] as JsonObject), managedFields: [] } }),
    },
    { verb: 'patch', manager: 'untracked', type: 'merge', body: { data: { u: '1' } } },
    {
      verb: 'put',
      manager: 'reset',
      edit: (live) => ({ ...live, metadata: { ...(live['metadata'] as JsonObject), managedFields: [{}] } }),
    },
    { verb: 'apply', manager: 'flux', body: configMap({ a: '5', u: '1', n: '1' }) },
    ...Array.from({ length: 13 }, (_, at): Step => ({
      verb: 'patch',
      manager: `updater-${at}`,
      type: 'merge',
      body: { data: { [`key${at}`]: 'x', 'every.time': `${at}` } },
    })),
    { verb: 'apply', manager: 'flux', body: configMap({ a: '5' }) },
  ],
};

const widget = (version: string, spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: `recording.example.com/${version}`,
  kind: 'Widget',
  metadata: { name: 'one', ...metadata },
  spec,
});

const widgets: Scenario = {
  name: 'custom-resource',
  collection: '/apis/recording.example.com/v1/namespaces/recording/widgets',
  object: 'one',
  steps: [
    {
      verb: 'create',
      manager: 'kubectl-create',
      body: widget('v1', { size: 1, tags: ['a', 'b'], colour: { r: 1, g: 2 }, free: { x: { y: [1] } } }),
    },
    {
      verb: 'apply',
      manager: 'flux',
      body: widget('v1', {
        tags: ['b', 'c'],
        parts: [{ name: 'p' }, { name: 'q', slot: 2, note: 'n' }],
        map: { k1: 'v', k2: 'w' },
        free: { x: { z: true } },
        port: 'http',
        inner: { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'in', labels: { a: 'b' } }, any: { x: 1 } },
      }),
    },
    { verb: 'apply', manager: 'flux', body: widget('v1', { size: 2, colour: { r: 3 } }) },
    {
      verb: 'apply',
      manager: 'flux',
      force: true,
      body: widget('v1', { size: 2, colour: { r: 3 }, parts: [{ name: 'q', slot: 2 }] }),
    },
    {
      verb: 'apply',
      manager: 'flux',
      force: true,
      path: '/apis/recording.example.com/v1beta1/namespaces/recording/widgets',
      body: widget('v1beta1', { size: 2, map: { k3: 'z' } }),
    },
    {
      verb: 'patch',
      manager: 'patcher',
      type: 'merge',
      body: { spec: { size: 5, free: { x: null }, parts: [{ name: 'p' }] } },
    },
    {
      verb: 'apply',
      manager: 'flux',
      subresource: 'status',
      body: { ...widget('v1', { size: 9 }), status: { state: 'Ready', counts: { a: 1 } } },
    },
    { verb: 'apply', manager: 'flux', force: true, body: widget('v1', { map: { k3: 'z' } }) },
    { verb: 'apply', manager: 'flux', body: { ...widget('v1', { map: { k3: 'z' } }), status: { state: 'No' } } },
    {
      verb: 'apply',
      manager: 'fresh',
      body: { apiVersion: 'recording.example.com/v1', kind: 'Widget', metadata: { name: 'one' } },
    },
  ],
};

/** Applied first: what the scenarios' custom resource is. */
export const widgetDefinition: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.recording.example.com' },
  spec: {
    group: 'recording.example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
    versions: ['v1', 'v1beta1'].map((name) => ({
      name,
      served: true,
      storage: name === 'v1',
      subresources: { status: {} },
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: {
            spec: {
              type: 'object',
              properties: {
                size: { type: 'integer' },
                tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
                parts: {
                  type: 'array',
                  'x-kubernetes-list-type': 'map',
                  'x-kubernetes-list-map-keys': ['name', 'slot'],
                  items: {
                    type: 'object',
                    required: ['name'],
                    properties: {
                      name: { type: 'string' },
                      slot: { type: 'integer', default: 1 },
                      note: { type: 'string' },
                    },
                  },
                },
                colour: {
                  type: 'object',
                  'x-kubernetes-map-type': 'atomic',
                  properties: { r: { type: 'integer' }, g: { type: 'integer' } },
                },
                map: { type: 'object', additionalProperties: { type: 'string' } },
                free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                port: { 'x-kubernetes-int-or-string': true },
                inner: {
                  type: 'object',
                  'x-kubernetes-embedded-resource': true,
                  'x-kubernetes-preserve-unknown-fields': true,
                },
              },
            },
            status: {
              type: 'object',
              properties: {
                state: { type: 'string' },
                counts: { type: 'object', additionalProperties: { type: 'integer' } },
              },
            },
          },
        },
      },
    })),
  },
};

/** What is recorded, one file each. */
export const scenarios: readonly Scenario[] = [deployments, services, configMaps, widgets];
