import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiStatusError } from '../registry/api-status-error.ts';
import { decodeProtobuf } from './decode.ts';

/** The bytes of a message: pairs of field number and content. */
function message(...fields: readonly (readonly [id: number, content: string | Buffer | number])[]): Buffer {
  return Buffer.concat(
    fields.map(([id, content]) => {
      if (typeof content === 'number') return Buffer.from([id << 3, content]);
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      return Buffer.concat([Buffer.from([(id << 3) | 2, bytes.length]), bytes]);
    }),
  );
}

function envelope(apiVersion: string, kind: string, raw: Buffer): Buffer {
  return Buffer.concat([Buffer.from('k8s\0'), message([1, message([1, apiVersion], [2, kind])], [2, raw])]);
}

describe('protobuf bodies', () => {
  it('become what the same object is in JSON', () => {
    const metadata = message([1, 'web'], [3, ''], [8, Buffer.alloc(0)], [11, message([1, 'app'], [2, 'web'])]);
    const port = message([1, ''], [3, 80], [4, message([1, 1], [3, 'http'])]);
    const spec = message([1, port], [2, message([1, 'app'], [2, 'web'])], [4, 'ClusterIP']);
    assert.deepEqual(decodeProtobuf(envelope('v1', 'Service', message([1, metadata], [2, spec]))), {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: '', creationTimestamp: null, labels: { app: 'web' } },
      spec: { ports: [{ name: '', port: 80, targetPort: 'http' }], selector: { app: 'web' }, type: 'ClusterIP' },
    });
  });

  it('carry bytes as base64', () => {
    const secret = message([1, message([1, 's'])], [2, message([1, 'key'], [2, Buffer.from([0, 255])])], [3, 'Opaque']);
    assert.deepEqual(decodeProtobuf(envelope('v1', 'Secret', secret)), {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { key: 'AP8=' },
      type: 'Opaque',
    });
  });

  for (const [what, bytes] of [
    ['without the magic', Buffer.from('{"a":1}')],
    ['cut off', envelope('v1', 'Secret', message([1, message([1, 's'])])).subarray(0, -1)],
    ['of an unknown kind', envelope('example.com/v1', 'Widget', Buffer.alloc(0))],
    ['with an endless varint', envelope('v1', 'Secret', Buffer.alloc(20, 0xff))],
  ] as const) {
    it(`are refused ${what}`, () => {
      assert.throws(() => decodeProtobuf(bytes), ApiStatusError);
    });
  }
});
