import { beyondLimit, invalid } from './failure.ts';

// What yaml.v3's reader accepts: tab, breaks, printable characters, NEL, everything from U+00A0 but surrogates,
// U+FFFE and U+FFFF.
const forbidden =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const unusual = /[^\t\n\r -~]/;

/** The text of a stream: decoded (UTF-8, or UTF-16 with its mark), its byte order mark dropped, its characters checked. */
export function readInput(
  input: string | Uint8Array,
  source: string | undefined,
  maxBytes: number,
  firstLine = 1,
): string {
  if (input.length > maxBytes) {
    throw beyondLimit(
      `the text has ${String(input.length)} bytes, more than the ${String(maxBytes)} that are allowed`,
      {
        source,
        line: firstLine,
        column: 1,
      },
    );
  }
  let text = typeof input === 'string' ? input : decode(input, source, firstLine);
  if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  // Most texts are printable ASCII, which is told many times faster than the rest.
  const found = unusual.test(text) ? forbidden.exec(text) : null;
  if (found !== null)
    throw invalid('control characters are not allowed', placeAt(text, found.index, source, firstLine));
  return text;
}

function decode(bytes: Uint8Array, source: string | undefined, firstLine: number): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const valid = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
    const place = placeAt(valid, Math.max(0, valid.indexOf('\ufffd')), source, firstLine);
    throw invalid(`the text is not valid ${encoding.toUpperCase()}`, place);
  }
}

function placeAt(text: string, index: number, source: string | undefined, firstLine: number) {
  const before = text.slice(0, index).split(/\r\n|[\n\r\x85\u2028\u2029]/);
  return { source, line: before.length + firstLine - 1, column: (before.at(-1)?.length ?? 0) + 1 };
}
