import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CapstanError } from '@capstan/errors';
import { applyMessage, dryRunMessage, unknownKindMessage, unplacedMessage } from './refusals.ts';

const service = { group: '', version: 'v1', kind: 'Service', namespace: 'shop', name: 'web' };

describe('refusals in the words of kustomize-controller', () => {
  it('names the reason that the server gives', () => {
    const error = new CapstanError('KUBE_INVALID', 'PATCH …', {
      data: { reason: 'Invalid', message: 'Service "web" is invalid' },
    });
    assert.equal(dryRunMessage(service, error), 'Service/shop/web dry-run failed (Invalid): Service "web" is invalid');
  });

  it('says what was not found', () => {
    const error = new CapstanError('KUBE_NOT_FOUND', 'PATCH …', { data: { message: 'namespaces "shop" not found' } });
    assert.equal(dryRunMessage(service, error), 'Service/shop/web not found: namespaces "shop" not found');
  });

  it('says that an object names no namespace', () => {
    assert.equal(
      unplacedMessage({ ...service, namespace: '' }),
      'Service/web namespace not specified: the server could not find the requested resource',
    );
  });

  it('says which kind the cluster does not serve', () => {
    const ref = { group: 'a.example', version: 'v2', kind: 'Thing', namespace: 'shop', name: 'one' };
    assert.equal(
      unknownKindMessage(ref),
      'Thing/shop/one dry-run failed: no matches for kind "Thing" in version "a.example/v2"',
    );
  });

  it('tells a write that was refused from a dry-run', () => {
    assert.equal(applyMessage(service, new CapstanError('KUBE_CONFLICT', 'no')), 'Service/shop/web apply failed: no');
  });
});
