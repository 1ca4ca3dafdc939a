/** A number as go-jsonnet prints it: whole ones in full, others with as many digits as tell them apart, at most 17. */
export function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isInteger(value)) return BigInt(value).toString();
  return shorten(value);
}

/** A number with as few digits as tell it apart, and never with an exponent: as the writers of JSON and YAML have it. */
export function shortNumberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const [mantissa = '', exponent] = String(value).split('e');
  if (exponent === undefined) return mantissa;
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const power = Number(exponent);
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${whole}${fraction}`;
  return sign + (whole + fraction).padEnd(whole.length + power, '0');
}

/** `%.17g` of C: 17 significant digits, without zeros at the end. */
function shorten(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(16).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 17) {
    const digits = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    const sign = power < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const fixed = value.toFixed(Math.max(0, Math.min(100, 16 - power)));
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
}
