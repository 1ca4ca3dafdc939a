/**
 * Text as Go sees it: one letter a byte of its UTF-8. Lengths and offsets of the substitution language count bytes, and
 * may cut a character in two that the next piece completes again.
 */
export type ByteText = string;

const CHUNK = 8192;
const encoder = new TextEncoder();

const ascii = /^[\x00-\x7f]*$/;

/** A text as bytes. ASCII stays as it is. */
export function toByteText(text: string): ByteText {
  if (ascii.test(text)) return text;
  const bytes = encoder.encode(text);
  let result = '';
  for (let at = 0; at < bytes.length; at += CHUNK) result += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return result;
}

/** Bytes as text; undefined where they are no UTF-8. */
export function fromByteText(text: ByteText): string | undefined {
  if (ascii.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOf(text));
  } catch {
    return undefined;
  }
}

/** The character that begins at a place, and how many bytes it takes; a byte that begins none stands for itself. */
export function runeAt(text: ByteText, at: number): { readonly rune: string; readonly width: number } {
  const first = text.charCodeAt(at);
  const width = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const bytes = text.slice(at, at + width);
  const rune = width === 1 ? bytes : fromByteText(bytes);
  return rune === undefined || (width === 1 && first >= 0x80) ? { rune: '\ufffd', width: 1 } : { rune, width };
}

/** The characters of a text, each with its bytes. */
export function* runesOf(text: ByteText): Generator<{ readonly rune: string; readonly bytes: ByteText }> {
  for (let at = 0; at < text.length;) {
    const { rune, width } = runeAt(text, at);
    yield { rune, bytes: text.slice(at, at + width) };
    at += width;
  }
}

function bytesOf(text: ByteText): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
