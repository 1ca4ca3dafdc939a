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

describe('whether the server is certain to take a new object', () => {
  it('is so for simple ConfigMaps, ServiceAccounts and Services', () => {
    const marks = { labels: { 'app.kubernetes.io/name': 'web' }, annotations: { 'Example.com/a': 'any text' } };
    for (const known of [
      object('ConfigMap', { data: { 'a.b-c_D': 'x' }, immutable: true }, marks),
      object('ConfigMap', {}, { name: 'kube-root.ca' }),
      object('ServiceAccount', { automountServiceAccountToken: false }),
      service({ port: 80 }),
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
      { ...object('ConfigMap'), apiVersion: 'example.com/v1' },
    ])
      assert.equal(isCertainCreate(unknown), false, JSON.stringify(unknown));
  });
});
