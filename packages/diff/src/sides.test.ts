import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import {
  getPath,
  mergeMetadataFromOpenApi,
  withLastApplied,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { applyServerSide, fieldElement, FieldSet, fromOpenApi, recordUpdate } from '@capstan/object/merge';
import { withoutOwnedAncestors } from './foreign-changes.ts';
import { answeredSides, clientSideSides, serverSideSides, type SideRules } from './sides.ts';

const document = {
  components: {
    schemas: {
      StatefulSet: {
        type: 'object',
        'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'StatefulSet' }],
        properties: {
          spec: {
            type: 'object',
            properties: { volumeClaimTemplates: { type: 'array', items: { type: 'object' } } },
          },
        },
      },
      Gate: {
        type: 'object',
        'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Gate' }],
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          metadata: {
            type: 'object',
            properties: {
              name: { type: 'string' },
              resourceVersion: { type: 'string' },
              labels: { type: 'object', additionalProperties: { type: 'string' } },
              annotations: { type: 'object', additionalProperties: { type: 'string' } },
            },
          },
          spec: {
            type: 'object',
            properties: {
              mode: { type: 'string' },
              size: { type: 'integer' },
              ports: {
                type: 'array',
                'x-kubernetes-list-type': 'map',
                'x-kubernetes-list-map-keys': ['port', 'protocol'],
                'x-kubernetes-patch-strategy': 'merge',
                'x-kubernetes-patch-merge-key': 'port',
                items: {
                  type: 'object',
                  properties: {
                    port: { type: 'integer' },
                    protocol: { type: 'string', default: 'TCP' },
                    name: { type: 'string' },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};
const types = fromOpenApi(document);
const gvk = { group: 'example.com', version: 'v1', kind: 'Gate' };
const manager = 'argocd-controller';
const now = new Date('2026-01-01T00:00:00Z');
const rules: SideRules = { manager, merge: undefined, types, isCustom: true, hasStatus: false, now };
const builtin: SideRules = { ...rules, merge: mergeMetadataFromOpenApi(document, gvk), isCustom: false };

function gate(spec: JsonValue, metadata: JsonObject = {}): KubernetesObject {
  return { apiVersion: 'example.com/v1', kind: 'Gate', metadata: { name: 'a', ...metadata }, spec };
}

function stored(applied: KubernetesObject, spec: JsonValue): KubernetesObject {
  return { ...withLastApplied(applied), spec };
}

function appliedTo(live: KubernetesObject | undefined, object: KubernetesObject, by = manager): KubernetesObject {
  const outcome = applyServerSide({ live, applied: object, manager: by, force: true, now, schema: types });
  return outcome.kind === 'conflict' ? object : outcome.object;
}

function mutated(object: KubernetesObject, changes: JsonObject): KubernetesObject {
  return recordUpdate({ live: object, updated: { ...object, ...changes }, manager: 'webhook', now, schema: types })
    .object;
}

describe('both sides of a three-way apply', () => {
  it('are alike where the live object only has more, be it within the items of a list', () => {
    const desired = gate({ ports: [{ port: 80 }] });
    const live = stored(desired, { ports: [{ port: 80, protocol: 'TCP' }], mode: 'open' });
    assert.equal(clientSideSides(desired, live, rules).modified, false);
    assert.equal(clientSideSides(desired, live, builtin).modified, false);
  });

  it('differ where Git drops what it had applied, and not where it never had', () => {
    const live = stored(gate({ mode: 'open', size: 1 }), { mode: 'open', size: 1 });
    const { modified, predicted } = clientSideSides(gate({ mode: 'open' }), live, builtin);
    assert.deepEqual([modified, predicted?.['spec']], [true, { mode: 'open' }]);
    const untracked = gate({ mode: 'open', size: 1 });
    assert.equal(clientSideSides(gate({ mode: 'open' }), untracked, builtin).modified, false);
  });

  it('differ where the live object has lost all', () => {
    assert.equal(clientSideSides(gate({ mode: 'open' }), gate(null), builtin).modified, true);
  });

  it('show a field that the kind does not have', () => {
    const { modified, predicted } = clientSideSides({ ...gate({}), misspelt: 1 }, gate({}), builtin);
    assert.deepEqual([modified, predicted?.['misspelt']], [true, 1]);
  });

  it('take a last-applied annotation that holds no object for none', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"spec":' };
    const { modified, live } = clientSideSides(gate({ size: 1 }), gate({ size: 1 }, { annotations }), builtin);
    assert.equal(modified, false);
    assert.equal(live?.metadata['annotations'], undefined);
  });

  it('have the defaults that are known, whoever left them out', () => {
    const defaults = (object: KubernetesObject): KubernetesObject => ({
      ...object,
      spec: { mode: 'open', ...(getPath(object, 'spec') as JsonObject) },
    });
    const ignore = ({ spec: _spec, ...rest }: KubernetesObject): KubernetesObject => ({
      ...rest,
      apiVersion: 'example.com/v1',
      kind: 'Gate',
      metadata: { name: 'a' },
      spec: {},
    });
    const sides = clientSideSides(gate({ mode: 'shut' }), gate({ mode: 'open' }), { ...builtin, defaults, ignore });
    assert.deepEqual([sides.modified, sides.predicted?.['spec']], [false, { mode: 'open' }]);
  });

  it('leave out the defaults of the claims of a StatefulSet', () => {
    const set = (claim: JsonObject): KubernetesObject => ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'a' },
      spec: { volumeClaimTemplates: [claim] },
    });
    const merge = mergeMetadataFromOpenApi(document, { group: 'apps', version: 'v1', kind: 'StatefulSet' });
    const strategic = { ...builtin, merge };
    const live = set({ metadata: { name: 'data' }, status: { phase: 'Pending' } });
    assert.equal(clientSideSides(set({ metadata: { name: 'data' } }), live, strategic).modified, false);
    assert.equal(clientSideSides(set({ metadata: { name: 'logs' } }), live, strategic).modified, true);
  });

  it('are one side where the object is to be made or is no longer wanted, and none is an error', () => {
    assert.deepEqual(clientSideSides(gate({}), undefined, rules), {
      modified: true,
      predicted: gate({}),
      live: undefined,
    });
    assert.equal(clientSideSides(undefined, gate({}), rules).modified, false);
    assert.throws(
      () => serverSideSides(undefined, undefined, rules),
      (error) => isCapstanError(error, 'DIFF_FAILED'),
    );
  });
});

describe('both sides of a server-side apply', () => {
  it('leave others their fields and drop those that Git drops', () => {
    const live = mutated(appliedTo(undefined, gate({ size: 1, mode: 'open' })), {
      spec: { size: 1, mode: 'open', ports: [{ port: 80, protocol: 'TCP' }] },
    });
    const { modified, predicted } = serverSideSides(gate({ size: 1 }), live, rules);
    assert.deepEqual([modified, predicted?.['spec']], [true, { size: 1, ports: [{ port: 80, protocol: 'TCP' }] }]);
    assert.equal(predicted?.metadata['managedFields'], undefined);
  });

  it('are those of a three-way apply where nobody is tracked', () => {
    const live = stored(gate({ size: 1, mode: 'open' }), { size: 1, mode: 'open' });
    assert.deepEqual(serverSideSides(gate({ size: 1 }), live, rules).predicted?.['spec'], { size: 1 });
  });
});

describe('both sides of an answered apply', () => {
  const desired = gate({ size: 2, ports: [{ port: 80, protocol: 'TCP' }] });
  const live = appliedTo(undefined, gate({ size: 1 }));

  it('leave out what a webhook adds to every write, unless it is to be shown', () => {
    const answer = mutated(appliedTo(live, desired), { metadata: { name: 'a', labels: { injected: 'yes' } } });
    const hidden = answeredSides(withOwners(answer, desired), live, 'hidden', rules);
    assert.deepEqual([hidden.modified, hidden.predicted?.metadata['labels']], [true, undefined]);
    assert.deepEqual(hidden.predicted?.['spec'], desired['spec']);
    const shown = answeredSides(answer, live, 'shown', rules);
    assert.deepEqual(shown.predicted?.metadata['labels'], { injected: 'yes' });
  });

  it('are alike where nothing but a webhook and the version made a difference', () => {
    const current = { ...live, metadata: { ...live.metadata, resourceVersion: '7' } };
    const answer = { ...appliedTo(live, gate({ size: 1 })), spec: { size: 1, mode: 'injected' } };
    assert.equal(answeredSides(answer, current, 'hidden', rules).modified, false);
  });

  it('drop what the apply takes away', () => {
    const before = appliedTo(undefined, gate({ size: 1, mode: 'open' }));
    const answer = appliedTo(before, gate({ size: 1 }));
    const { modified, predicted } = answeredSides(answer, before, 'hidden', rules);
    assert.deepEqual([modified, predicted?.['spec']], [true, { size: 1 }]);
  });

  it('keep the key fields of a list item of which somebody else filled in one', () => {
    const owned = { 'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } } };
    const managedFields = [{ manager, operation: 'Apply', apiVersion: 'example.com/v1', fieldsV1: owned }];
    const answer = gate({ ports: [{ port: 80, protocol: 'TCP', name: 'web' }] }, { managedFields });
    const { predicted } = answeredSides(answer, gate({}), 'hidden', rules);
    assert.deepEqual(predicted?.['spec'], { ports: [{ port: 80, protocol: 'TCP' }] });
  });

  it('cannot be told apart from webhooks where the answer names no owner', () => {
    assert.throws(
      () => answeredSides(gate({ size: 2 }), live, 'hidden', rules),
      (error) => isCapstanError(error, 'DIFF_FAILED') && error.message.includes(manager),
    );
  });
});

describe('paths to remove', () => {
  it('spare what lies above owned ones, and only that', () => {
    const path = (...names: string[]) => names.map((name) => fieldElement(name));
    const remove = FieldSet.of(path('spec'), path('spec', 'a'), path('spec', 'b'), path('spec', 'a', 'y'));
    const kept = withoutOwnedAncestors(remove, FieldSet.of(path('spec', 'a', 'x')));
    assert.ok(kept.equals(FieldSet.of(path('spec', 'b'), path('spec', 'a', 'y'))), kept.toString());
  });
});

// The server's answer to an apply names the applier's fields as the apply left them.
function withOwners(answer: KubernetesObject, desired: KubernetesObject): KubernetesObject {
  const { managedFields } = appliedTo(undefined, desired).metadata;
  return { ...answer, metadata: { ...answer.metadata, managedFields: managedFields ?? [] } };
}
