import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalQuantity, parseQuantity } from './index.ts';

describe('quantities', () => {
  it('are written in the largest unit that leaves a whole number', () => {
    const rows: Record<string, string> = {
      '0.5': '500m',
      '1024Mi': '1Gi',
      '1000m': '1',
      '1500m': '1500m',
      '0.5Gi': '512Mi',
      '1.5Gi': '1536Mi',
      '1000Mi': '1000Mi',
      '1e3': '1e3',
      '12e2': '1200',
      '1E': '1E',
      '1000k': '1M',
      '1000Ki': '1000Ki',
      '0.5Ki': '512',
      '100n': '100n',
      '0.1n': '1n',
      '0': '0',
      '-2048Ki': '-2Mi',
    };
    for (const [given, expected] of Object.entries(rows)) assert.equal(canonicalQuantity(given), expected, given);
  });

  it('are refused where they are none', () => {
    for (const text of ['', 'Mi', '1 Gi', '1gb', '.', '1e', '--1']) assert.equal(parseQuantity(text), undefined, text);
  });
});
