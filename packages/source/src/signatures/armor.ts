/**
 * The bytes inside of an armor, read as gpg and Go read it: headers end at a blank line, a checksum that does not fit or an
 * end that is not there is an error, what the end says and what follows does not matter. Throws Error.
 */
export function unarmor(text: string, label: RegExp): Uint8Array {
  const lines = text.split(/\r?\n/);
  let at = lines.findIndex((line) => isOpening(line, label));
  if (at < 0) throw new Error('no armored data found');
  at++;
  while (at < lines.length && (lines[at] ?? '').trim() !== '') {
    if (!/^[A-Za-z][^:]*:/.test(lines[at] ?? '')) break;
    at++;
  }
  const body: string[] = [];
  let checksum: string | undefined;
  for (; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim();
    if (line.startsWith('-----END ')) return decode(body.join(''), checksum);
    if (line.startsWith('=') && line.length === 5) checksum = line.slice(1);
    else body.push(line);
  }
  throw new Error('unexpected EOF');
}

function isOpening(line: string, label: RegExp): boolean {
  const [, found = ''] = /^-----BEGIN (.+)-----$/.exec(line.trim()) ?? [];
  return label.test(found);
}

function decode(body: string, checksum: string | undefined): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(body) || body.length % 4 !== 0) throw new Error('unexpected EOF');
  const bytes = Buffer.from(body, 'base64');
  if (checksum !== undefined && crc24(bytes) !== Buffer.from(checksum, 'base64').readUIntBE(0, 3))
    throw new Error('the checksum does not match');
  return bytes;
}

/** The checksum of an armor (RFC 9580, 6.1). */
function crc24(bytes: Uint8Array): number {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb;
    }
  }
  return crc & 0xffffff;
}
