import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { externalUrlsOf, linksOf } from './external-urls.ts';

function object(apiVersion: string, kind: string, rest: JsonObject, annotations: JsonObject = {}): KubernetesObject {
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'shop', annotations }, ...rest };
}

const rules = [{ host: 'shop.example', http: { paths: [{ path: '/cart/*' }, { path: '/' }] } }];
const ingress = (rest: JsonObject, annotations?: JsonObject): KubernetesObject =>
  object('networking.k8s.io/v1', 'Ingress', rest, annotations);

describe('where an object is reached from outside', () => {
  it('is at each path of each host of an Ingress', () => {
    assert.deepEqual(externalUrlsOf(ingress({ spec: { rules } })), [
      'http://shop.example/cart/',
      'http://shop.example/',
    ]);
  });

  it('is by https where the Ingress has a certificate', () => {
    const spec = { rules, tls: [{ secretName: 'certificate' }] };
    assert.deepEqual(externalUrlsOf(ingress({ spec })), ['https://shop.example/cart/', 'https://shop.example/']);
  });

  it('is at the address of the load balancer where a rule names no host', () => {
    const spec = { rules: [{ http: { paths: [{ path: '/' }] } }] };
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
    assert.deepEqual(externalUrlsOf(ingress({ spec, status })), ['http://192.0.2.1/']);
    assert.deepEqual(externalUrlsOf(ingress({ spec })), []);
  });

  it('is what its links say, alone where the others are not wanted', () => {
    const link = {
      'link.argocd.argoproj.io/docs': 'Docs|https://docs.example',
      'link.argocd.argoproj.io/x': 'javascript:x',
    };
    assert.deepEqual(
      externalUrlsOf(ingress({ spec: { rules } }, { ...link, 'argocd.argoproj.io/ignore-default-links': 'true' })),
      ['Docs|https://docs.example'],
    );
  });

  it('is at the listeners of a Gateway, with ports that are not usual', () => {
    const listeners = [
      { hostname: 'shop.example', port: 443, protocol: 'HTTPS' },
      { hostname: '*', port: 8080, protocol: 'HTTP' },
    ];
    const status = { addresses: [{ type: 'IPAddress', value: '192.0.2.2' }] };
    assert.deepEqual(
      externalUrlsOf(object('gateway.networking.k8s.io/v1', 'Gateway', { spec: { listeners }, status })),
      ['https://shop.example', 'http://192.0.2.2:8080'],
    );
  });

  it('takes the links of an Application as they are', () => {
    const application = object('argoproj.io/v1alpha1', 'Application', {}, { 'link.argocd.argoproj.io/a': 'anything' });
    assert.deepEqual(linksOf(application), ['anything']);
  });
});
