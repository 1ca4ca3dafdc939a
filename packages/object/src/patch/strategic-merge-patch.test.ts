import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { parseJson } from '../json/parse-json.ts';
import { createStrategicMergePatch, createThreeWayStrategicMergePatch } from './create-strategic-merge-patch.ts';
import { lastAppliedOf, withLastApplied } from './last-applied.ts';
import { mergeMetadataFromOpenApi } from './merge-metadata.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

const openApi = parseJson(readFileSync(new URL('testdata/deployment-openapi.json', import.meta.url)));
const kind = { group: 'apps', version: 'v1', kind: 'Deployment' };
const metadata = mergeMetadataFromOpenApi(openApi, kind);
assert.ok(metadata !== undefined);
const deployment = metadata;

const podSpec = (spec: JsonObject): JsonObject => ({ spec: { template: { spec } } });
const apply = (live: JsonObject, patch: JsonObject) => applyStrategicMergePatch(live, patch, deployment);
const applyPod = (live: JsonObject, patch: JsonObject) => apply(podSpec(live), podSpec(patch));
const invalid = (message: RegExp) => ({ code: 'PATCH_INVALID', message });

describe('a strategic merge patch', () => {
  it('merges lists by their key, in the order of the patch first', () => {
    const live = { containers: [{ name: 'side' }, { name: 'web', image: 'a', command: ['x'] }] };
    const patch = { containers: [{ name: 'web', image: 'b' }, { name: 'new' }] };
    assert.deepEqual(
      applyPod(live, patch),
      podSpec({ containers: [{ name: 'side' }, { name: 'web', image: 'b', command: ['x'] }, { name: 'new' }] }),
    );
  });

  it('replaces lists without a strategy', () => {
    assert.deepEqual(
      applyPod({ tolerations: [{ key: 'a' }] }, { tolerations: [{ key: 'b' }] }),
      podSpec({ tolerations: [{ key: 'b' }] }),
    );
  });

  it('deletes and replaces by $patch', () => {
    const live = { containers: [{ name: 'a' }, { name: 'b' }], nodeSelector: { x: '1' } };
    assert.deepEqual(
      applyPod(live, { containers: [{ name: 'a', $patch: 'delete' }] }),
      podSpec({ containers: [{ name: 'b' }], nodeSelector: { x: '1' } }),
    );
    assert.deepEqual(
      applyPod(live, {
        containers: [{ $patch: 'replace' }, { name: 'c' }],
        nodeSelector: { $patch: 'replace', y: '2' },
      }),
      podSpec({ containers: [{ name: 'c' }], nodeSelector: { y: '2' } }),
    );
    assert.deepEqual(
      applyPod(live, { nodeSelector: { $patch: 'delete' } }),
      podSpec({ containers: [{ name: 'a' }, { name: 'b' }], nodeSelector: {} }),
    );
    assert.throws(() => applyPod(live, { nodeSelector: { $patch: 'merge' } }), invalid(/unknown patch type/));
  });

  it('keeps no directive and no null where a key is new', () => {
    const patch = {
      containers: [
        { name: 'a', $patch: 'delete' },
        { name: 'b', env: null },
      ],
      nodeSelector: { x: null },
    };
    assert.deepEqual(applyPod({}, patch), podSpec({ containers: [{ name: 'b' }], nodeSelector: {} }));
  });

  it('deletes from lists of plain values, and merges them as sets', () => {
    const live = { metadata: { finalizers: ['a', 'b', 'c'] } };
    assert.deepEqual(apply(live, { metadata: { '$deleteFromPrimitiveList/finalizers': ['b'] } }), {
      metadata: { finalizers: ['a', 'c'] },
    });
    assert.deepEqual(apply(live, { metadata: { finalizers: ['d', 'a'] } }), {
      metadata: { finalizers: ['d', 'a', 'b', 'c'] },
    });
  });

  it('puts lists in the order of $setElementOrder', () => {
    const live = { containers: [{ name: 'a' }, { name: 'x' }, { name: 'b' }] };
    const patch = {
      '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
      containers: [{ name: 'b', image: 'i' }],
    };
    assert.deepEqual(
      applyPod(live, patch),
      podSpec({ containers: [{ name: 'x' }, { name: 'b', image: 'i' }, { name: 'a' }] }),
    );
    const wrong = { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'b' }] };
    assert.throws(() => applyPod(live, wrong), invalid(/doesn't match its \$setElementOrder/));
  });

  it('clears what $retainKeys does not name', () => {
    const live = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    assert.deepEqual(apply(live, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }), {
      spec: { strategy: { type: 'Recreate' } },
    });
    assert.throws(
      () => apply(live, { spec: { strategy: { $retainKeys: ['type'], rollingUpdate: {} } } }),
      invalid(/sets "rollingUpdate"/),
    );
  });

  it('refuses lists without their merge key, mixed lists and fields that the type lacks', () => {
    assert.throws(
      () => applyPod({ containers: [{ name: 'a' }] }, { containers: [{ image: 'x' }] }),
      invalid(/merge key: name/),
    );
    assert.throws(() => applyPod({ containers: [{ name: 'a' }] }, { containers: ['x'] }), invalid(/not identical/));
    assert.throws(() => applyPod({ nope: {} }, { nope: { a: 1 } }), invalid(/unable to find api field "nope"/));
  });

  it('leaves its inputs as they are', () => {
    const live = podSpec({ containers: [{ name: 'a', env: [{ name: 'x', value: '1' }] }] });
    const patch = podSpec({ containers: [{ name: 'a', env: [{ name: 'x', $patch: 'delete' }] }] });
    const copies = structuredClone([live, patch]);
    assert.deepEqual(apply(live, patch), podSpec({ containers: [{ name: 'a', env: [] }] }));
    assert.deepEqual([live, patch], copies);
  });

  it('is made of two documents, and leads from one to the other', () => {
    const live = {
      metadata: { finalizers: ['b', 'a'] },
      ...podSpec({ containers: [{ name: 'a', image: '1' }, { name: 'b' }], volumes: [{ name: 'v', emptyDir: {} }] }),
    };
    const wanted = {
      metadata: { finalizers: ['a', 'c'] },
      ...podSpec({
        containers: [{ name: 'c' }, { name: 'a', image: '2' }],
        volumes: [{ name: 'v', configMap: { name: 'm' } }],
      }),
    };
    const patch = createStrategicMergePatch(live, wanted, deployment);
    assert.deepEqual(patch, {
      metadata: {
        '$deleteFromPrimitiveList/finalizers': ['b'],
        '$setElementOrder/finalizers': ['a', 'c'],
        finalizers: ['c'],
      },
      ...podSpec({
        '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }],
        containers: [{ name: 'c' }, { name: 'a', image: '2' }, { name: 'b', $patch: 'delete' }],
        '$setElementOrder/volumes': [{ name: 'v' }],
        volumes: [{ name: 'v', $retainKeys: ['configMap', 'name'], configMap: { name: 'm' }, emptyDir: null }],
      }),
    });
    assert.deepEqual(apply(live, patch), wanted);
  });
});

describe('a strategic merge patch of a list with equal keys', () => {
  const ports = (...list: JsonObject[]) => podSpec({ containers: [{ name: 'dns', ports: list }] });
  const tcp = { containerPort: 53, protocol: 'TCP' };
  const udp = { containerPort: 53, protocol: 'UDP' };

  it('pairs the last ones first, as kubectl does', () => {
    const order = { '$setElementOrder/containers': [{ name: 'dns' }] };
    const same = [{ containerPort: 53 }, { containerPort: 53 }];
    const patch = (...list: JsonObject[]) =>
      podSpec({ ...order, containers: [{ name: 'dns', '$setElementOrder/ports': same, ports: list }] });
    assert.deepEqual(
      createStrategicMergePatch(ports(tcp, udp), ports({ ...tcp, name: 'dns' }, udp), deployment),
      patch({ containerPort: 53, name: 'dns' }),
    );
    assert.deepEqual(createStrategicMergePatch(ports(udp), ports(udp, tcp), deployment), patch(tcp, udp));
  });
});

describe('a three-way strategic merge patch', () => {
  const original = podSpec({
    containers: [{ name: 'web', image: '1', env: [{ name: 'A', value: '1' }] }, { name: 'old' }],
  });
  const injected = { name: 'proxy', image: 'p' };
  const current = podSpec({
    containers: [
      { name: 'web', image: '1', env: [{ name: 'A', value: '1' }], terminationMessagePath: '/dev/x' },
      { name: 'old' },
      injected,
    ],
    nodeSelector: { added: 'by others' },
  });
  const modified = podSpec({ containers: [{ name: 'web', image: '2' }] });

  it('changes what differs, deletes what was applied and is wanted no more, leaves what others added', () => {
    const patch = createThreeWayStrategicMergePatch({ original, modified, current }, deployment);
    assert.deepEqual(
      patch,
      podSpec({
        '$setElementOrder/containers': [{ name: 'web' }],
        containers: [
          { name: 'web', image: '2', env: null },
          { name: 'old', $patch: 'delete' },
        ],
      }),
    );
    assert.deepEqual(
      apply(current, patch),
      podSpec({
        containers: [{ name: 'web', image: '2', terminationMessagePath: '/dev/x' }, injected],
        nodeSelector: { added: 'by others' },
      }),
    );
  });

  it('is empty where nothing is to do', () => {
    const live = { ...original, status: { replicas: 1 } };
    assert.deepEqual(
      createThreeWayStrategicMergePatch({ original, modified: original, current: live }, deployment),
      {},
    );
  });

  it('tells the order of a list to which others added, as kubectl does, which changes nothing', () => {
    const patch = createThreeWayStrategicMergePatch({ original, modified: original, current }, deployment);
    assert.deepEqual(patch, podSpec({ '$setElementOrder/containers': [{ name: 'web' }, { name: 'old' }] }));
    assert.deepEqual(apply(current, patch), current);
  });
});

describe('the last-applied annotation', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'default' },
    data: { html: '<b>' } as JsonValue,
  };

  it('holds the object as kubectl writes it, and is read back', () => {
    const applied = withLastApplied(object);
    assert.deepEqual(
      (applied.metadata['annotations'] as JsonObject)['kubectl.kubernetes.io/last-applied-configuration'],
      '{"apiVersion":"v1","data":{"html":"\\u003cb\\u003e"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a","namespace":"default"}}\n',
    );
    assert.deepEqual(withLastApplied(applied), applied);
    assert.deepEqual(lastAppliedOf(applied), { ...object, metadata: { ...object.metadata, annotations: {} } });
    assert.deepEqual(lastAppliedOf(object), {});
  });
});
