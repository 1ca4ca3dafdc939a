import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { isCertainCreate } from './certain-create.ts';

const object = (kind: string, rest: JsonObject = {}, metadata: JsonObject = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  ...rest,
});
const service = (...ports: readonly JsonObject[]): KubernetesObject =>
  object('Service', { spec: { selector: { app: 'web' }, ports } });

const deployment = (spec: JsonObject = {}, pods: JsonObject = {}, container: JsonObject = {}): KubernetesObject => ({
  ...object('Deployment', {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web', tier: 'front' } },
        spec: {
          serviceAccountName: 'web',
          containers: [{ name: 'main', image: 'nginx:1.27', ...container }],
          ...pods,
        },
      },
      ...spec,
    },
  }),
  apiVersion: 'apps/v1',
});

describe('whether the server is certain to take a new object', () => {
  it('is so for simple ConfigMaps, ServiceAccounts, Services and Deployments', () => {
    const marks = { labels: { 'app.kubernetes.io/name': 'web' }, annotations: { 'Example.com/a': 'any text' } };
    for (const known of [
      object('ConfigMap', { data: { 'a.b-c_D': 'x' }, immutable: true }, marks),
      object('ConfigMap', {}, { name: 'kube-root.ca' }),
      object('ServiceAccount', { automountServiceAccountToken: false }),
      service({ port: 80 }),
      deployment(),
      deployment({ strategy: {} }, {}, { resources: {} }),
      deployment(
        {},
        {},
        {
          args: ['-v'],
          ports: [
            { name: 'http', containerPort: 80 },
            { containerPort: 80, protocol: 'UDP' },
          ],
        },
      ),
      service(
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'dns', port: 80, targetPort: 53, protocol: 'UDP' },
      ),
    ])
      assert.equal(isCertainCreate(known), true, JSON.stringify(known));
  });

  it('is not so for what the server refuses', () => {
    for (const wrong of [
      object('ConfigMap', {}, { name: 'Web' }),
      object('ConfigMap', {}, { name: 'a'.repeat(254) }),
      object('ConfigMap', {}, { labels: { app: 'not a label' } }),
      object('ConfigMap', {}, { labels: { 'a/b/c': 'x' } }),
      object('ConfigMap', {}, { annotations: { a: 1 } }),
      object('ConfigMap', {}, { annotations: { a: 'x'.repeat(300_000) } }),
      object('ConfigMap', { data: { 'not a key': '' } }),
      object('ConfigMap', { data: { '..': '' } }),
      object('ConfigMap', { data: { a: 1 } }),
      object('ConfigMap', { data: { a: 'x'.repeat(2_000_000) } }),
      object('ConfigMap', { dota: {} }),
      object('ServiceAccount', { automountServiceAccountToken: 'no' }),
      object('Service', { spec: { selector: { app: 'web' } } }),
      object('Service', { spec: { ports: [{ port: 80 }] } }, { name: '1web' }),
      service({ port: 0 }),
      deployment({ replicas: -1 }),
      deployment({ selector: {} }),
      deployment({ selector: { matchLabels: { app: 'other' } } }),
      deployment({ selector: { matchLabels: {} } }),
      deployment({ template: { spec: { containers: [{ name: 'main', image: 'nginx' }] } } }),
      deployment({}, { containers: [] }),
      deployment({}, { serviceAccountName: 'Web' }),
      deployment(
        {},
        {
          containers: [
            { name: 'a', image: 'x' },
            { name: 'a', image: 'x' },
          ],
        },
      ),
      deployment({}, {}, { name: 'not a name' }),
      deployment({}, {}, { image: '' }),
      deployment({}, {}, { image: ' nginx' }),
      deployment({}, {}, { args: [1] }),
      deployment({}, {}, { ports: [{ containerPort: 0 }] }),
      deployment({}, {}, { ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }] }),
      deployment(
        {},
        {},
        {
          ports: [
            { name: 'a', containerPort: 80 },
            { name: 'a', containerPort: 81 },
          ],
        },
      ),
      service({ port: 65_536 }),
      service({ port: 80, targetPort: 'a-name-of-16-char' }),
      service({ port: 80, targetPort: '80' }),
      service({ port: 80 }, { port: 81 }),
      service({ name: 'a', port: 80 }, { name: 'a', port: 81 }),
      service({ name: 'a', port: 80 }, { name: 'b', port: 80 }),
    ])
      assert.equal(isCertainCreate(wrong), false, JSON.stringify(wrong));
  });

  it('is not claimed of anything beyond that', () => {
    for (const unknown of [
      object('ConfigMap', { binaryData: {} }),
      object('ConfigMap', {}, { finalizers: ['a/b'] }),
      object('ServiceAccount', { imagePullSecrets: [{ name: 'a' }] }),
      object('Service', { spec: { type: 'NodePort', ports: [{ port: 80 }] } }),
      object('Service', { spec: { clusterIP: 'None', ports: [{ port: 80 }] } }),
      { ...object('Deployment'), apiVersion: 'apps/v1' },
      deployment({ strategy: { type: 'Recreate' } }),
      deployment({}, { hostNetwork: true }),
      deployment({}, {}, { resources: { limits: { cpu: '1' } } }),
      deployment({}, {}, { ports: [{ containerPort: 80, hostPort: 80 }] }),
      { ...object('ConfigMap'), apiVersion: 'example.com/v1' },
    ])
      assert.equal(isCertainCreate(unknown), false, JSON.stringify(unknown));
  });
});
