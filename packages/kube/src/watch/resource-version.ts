/**
 * Compares two resourceVersions of one kind: negative, 0 or positive; undefined where they are no numbers. Kubernetes
 * promises since 1.35 that they can be compared so.
 */
export function compareResourceVersions(a: string, b: string): number | undefined {
  if (!/^\d{1,40}$/.test(a) || !/^\d{1,40}$/.test(b)) return undefined;
  if (a.length !== b.length && !a.startsWith('0') && !b.startsWith('0')) return a.length - b.length;
  const left = BigInt(a);
  const right = BigInt(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
