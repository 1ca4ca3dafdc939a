/** Kinds of signatures that Git knows, by their armor. */
export type SignatureType = 'openpgp' | 'ssh' | 'x509' | 'unknown' | 'empty';

const openings: readonly (readonly [string, Exclude<SignatureType, 'unknown' | 'empty'>])[] = [
  ['-----BEGIN PGP SIGNATURE-----', 'openpgp'],
  ['-----BEGIN SSH SIGNATURE-----', 'ssh'],
  ['-----BEGIN SIGNED MESSAGE-----', 'x509'],
];

/** What kind of signature a text is; blanks before it do not count. */
export function signatureType(signature: string): SignatureType {
  if (signature === '') return 'empty';
  const start = signature.trimStart();
  return openings.find(([opening]) => start.startsWith(opening))?.[1] ?? 'unknown';
}

/** Where the signature at the end of a tag begins: the last line that opens one; undefined where none does. */
export function signatureStart(text: string): number | undefined {
  let found: number | undefined;
  for (const [opening] of openings) {
    const at = text.startsWith(opening) && !text.includes(`\n${opening}`) ? 0 : text.lastIndexOf(`\n${opening}`) + 1;
    const isThere = at > 0 || text.startsWith(opening);
    if (isThere && (found === undefined || at > found)) found = at;
  }
  return found;
}
