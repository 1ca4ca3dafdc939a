import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { statusError, type FailedRequest } from './status-error.ts';

const request: FailedRequest = {
  method: 'PATCH',
  path: '/apis/apps/v1/namespaces/shop/deployments/web',
  server: 'https://cluster',
  write: true,
  resource: 'deployments',
};
const status = (reason: string, message: string, details: object = {}): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, details });

describe('statusError', () => {
  it('tells a missing object from a kind that is not served', () => {
    const object = statusError(404, status('NotFound', 'gone', { name: 'web', kind: 'deployments' }), request);
    const kind = statusError(404, status('NotFound', 'the server could not find the requested resource'), request);
    assert.equal(object.code, 'KUBE_NOT_FOUND');
    assert.equal(kind.code, 'KUBE_KIND_UNKNOWN');
  });

  it('carries what the Status says, with its causes by field', () => {
    const error = statusError(
      422,
      status('Invalid', 'it is invalid', {
        group: 'apps',
        kind: 'Deployment',
        name: 'web',
        causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' }],
      }),
      request,
    );
    assert.equal(error.code, 'KUBE_INVALID');
    assert.deepEqual(error.data, {
      server: 'https://cluster',
      status: 422,
      reason: 'Invalid',
      message: 'it is invalid',
      group: 'apps',
      kind: 'Deployment',
      name: 'web',
      namespace: 'shop',
      causes: ['spec.selector: Required value'],
    });
  });

  it('says nothing of what a Secret holds', () => {
    const secret = { ...request, path: '/api/v1/namespaces/shop/secrets/token', resource: 'secrets' };
    const body = status('Invalid', 'Invalid value: "canary"', {
      kind: 'Secret',
      causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value: "canary"', field: 'data[a]' }],
    });
    const untyped = '{"message":"failed to create typed patch object: expected string, got canary","code":500}';
    for (const error of [statusError(422, body, secret), statusError(500, untyped, secret)]) {
      assert.equal(error.code, 'KUBE_INVALID');
      assert.doesNotMatch(error.message + JSON.stringify(error.data), /canary/);
    }
  });

  it('marks a write as ambiguous where the server failed in the middle of it, and no read', () => {
    assert.equal(statusError(504, '', request).data['ambiguous'], true);
    assert.equal(statusError(500, status('InternalError', 'etcd'), request).data['ambiguous'], true);
    assert.equal(statusError(500, '', { ...request, write: false }).data['ambiguous'], undefined);
    assert.equal(statusError(409, status('Conflict', 'x'), request).data['ambiguous'], undefined);
  });

  it('takes an object that does not fit the schema of server-side apply for invalid, though it comes as a 500', () => {
    const error = statusError(500, '{"message":"failed to create typed patch object (a): .x: not declared"}', request);
    assert.equal(error.code, 'KUBE_INVALID');
    assert.equal(error.retry, 'stalled');
  });

  it('tells a namespace that is being deleted from a right that is lacking', () => {
    const body = status('Forbidden', 'being terminated', {
      causes: [{ reason: 'NamespaceTerminating', message: 'x' }],
    });
    assert.equal(statusError(403, body, request).code, 'KUBE_NAMESPACE_TERMINATING');
    assert.equal(statusError(403, status('Forbidden', 'no'), request).code, 'KUBE_FORBIDDEN');
  });

  it('passes nothing on of a body that is no Status', () => {
    assert.doesNotMatch(statusError(502, '<html>canary</html>', request).message, /canary/);
  });
});
