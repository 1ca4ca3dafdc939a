import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { JsonValue, KubernetesObject } from '@capstan/object';
import { humanDuration, tableFor } from './index.ts';

interface Golden {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly now: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly format: string;
    readonly priority: number;
  }[];
  readonly rows: readonly { readonly cells: readonly JsonValue[]; readonly object: KubernetesObject }[];
}

const goldens = JSON.parse(
  readFileSync(new URL('./testdata/tables.json', import.meta.url), 'utf8'),
) as readonly Golden[];

/** Kinds that show name and age here, where a real API server has more to say. */
const PLAIN = new Set(
  'ComponentStatus CertificateSigningRequest CSIDriver CSINode CSIStorageCapacity VolumeAttachment VolumeAttributesClass ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice PriorityLevelConfiguration'.split(
    ' ',
  ),
);

describe('tables, compared with those of a real API server', () => {
  for (const golden of goldens) {
    if (PLAIN.has(golden.kind)) continue;
    it(`${golden.group}/${golden.version} ${golden.kind}`, () => {
      const shape = tableFor({ group: golden.group, kind: golden.kind });
      const columns = shape.columns.map(({ name, type, format, priority }) => ({ name, type, format, priority }));
      assert.deepEqual(columns, golden.columns);
      for (const { cells, object } of golden.rows) {
        assert.deepEqual(withoutTime(shape.cells(object, new Date(golden.now))), withoutTime(cells));
      }
    });
  }

  it('shows durations in the two units that matter', () => {
    const rows: Record<number, string> = {
      0: '0s',
      119: '119s',
      120: '2m',
      150: '2m30s',
      3600: '60m',
      10_800: '3h',
      11_000: '3h3m',
      172_800: '2d',
      180_000: '2d2h',
      800_000: '9d',
    };
    for (const [seconds, text] of Object.entries(rows)) assert.equal(humanDuration(Number(seconds) * 1000), text);
  });
});

/** The request's own date is known to the second only: ages in seconds are compared as such. */
function withoutTime(cells: readonly JsonValue[]): readonly JsonValue[] {
  return cells.map((cell) => (typeof cell === 'string' && /^(\d+[dhms]){1,2}$/.test(cell) ? '<age>' : cell));
}
