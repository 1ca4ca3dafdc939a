import type { SopsValue } from '../sops-tree.ts';
import { invalid } from '../problem.ts';

/** A value that is one text in formats that know no types (getsops/sops, ValToString). Throws DECRYPT_INVALID for others. */
export function valueText(value: SopsValue, key: string): string {
  if (value === null) return '<nil>';
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'number':
      return floatText(value);
    default:
      if (value.kind === 'time') return value.text;
      if (value.kind === 'bytes') return `[${[...value.bytes].join(' ')}]`;
      throw invalid(`cannot use a complex value here; offending key ${key}`);
  }
}

/** Go's format `G`, and never without a point or an exponent. */
function floatText(value: number): string {
  const [mantissa = '', exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 21)
    return `${mantissa}E${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}
