import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gvkOf, type KubernetesObject } from '@capstan/object';
import { defaultsFor, prepareForCreate } from '../defaults/index.ts';
import { toStatusCause, validate } from './index.ts';

interface Golden {
  readonly title: string;
  readonly stored?: KubernetesObject;
  readonly object: KubernetesObject;
  readonly refusal: {
    readonly details?: { readonly causes?: readonly { reason: string; message: string; field: string }[] };
  } | null;
}

const goldens = JSON.parse(
  readFileSync(new URL('./testdata/refusals.json', import.meta.url), 'utf8'),
) as readonly Golden[];
const CREATION = { uid: '11111111-2222-3333-4444-555555555555', suffix: 'xxxxx', now: '2026-01-02T03:04:05Z' };

/** What the metadata of every kind is checked for stands beside the registry. */
const METADATA = /^metadata\.(name|labels|annotations|ownerReferences|finalizers)/;
/** Messages that print the API server's inner types, or a difference in its own format. */
const INNER = /^(Invalid value: \{"(labels|Spec)":|Forbidden: (spec is immutable|pod updates))/;

function comparable(causes: readonly { reason: string; field: string; message: string }[]): readonly string[] {
  const lines = causes
    .filter(
      ({ field, message }) => !METADATA.test(field) || message.includes('52 characters') || message.includes('dots'),
    )
    .map(({ reason, field, message }) => `${reason} ${field}: ${INNER.test(message) ? '…' : message}`);
  return [...new Set(lines)].sort();
}

describe('refusals, compared with those of a real API server', () => {
  for (const { title, stored, object, refusal } of goldens) {
    it(title, () => {
      const defaulted = defaultsFor(gvkOf(object))?.(object);
      assert.ok(defaulted);
      const subject = stored === undefined ? prepareForCreate(defaulted, CREATION) : kept(defaulted, stored);
      const errors = validate(gvkOf(object), subject, stored).map(toStatusCause);
      const template = errors.map((each) =>
        each.field === 'spec.template' ? { ...each, message: 'Invalid value: {"Spec":' } : each,
      );
      assert.deepEqual(comparable(template), comparable(refusal?.details?.causes ?? []));
    });
  }
});

/** An update keeps the addresses that it does not name, before it is validated. */
function kept(object: KubernetesObject, stored: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Service') return object;
  const spec = object['spec'] as Record<string, never>;
  const before = stored['spec'] as Record<string, never>;
  if ('clusterIP' in spec || spec['type'] === 'ExternalName') return object;
  return { ...object, spec: { ...spec, clusterIP: before['clusterIP'] ?? '', clusterIPs: before['clusterIPs'] ?? [] } };
}
