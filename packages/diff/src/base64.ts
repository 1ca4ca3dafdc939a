const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A text in UTF-8 and standard base64 with padding, as a Secret's `data` holds it. */
export function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const rest = bytes.length - at;
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    encoded += ALPHABET[group >> 18] ?? '';
    encoded += ALPHABET[(group >> 12) & 63] ?? '';
    encoded += rest > 1 ? (ALPHABET[(group >> 6) & 63] ?? '') : '=';
    encoded += rest > 2 ? (ALPHABET[group & 63] ?? '') : '=';
  }
  return encoded;
}

/** Base64 as the server writes it again: without line breaks; undefined where the text is no base64. */
export function canonicalBase64(text: string): string | undefined {
  const joined = text.replaceAll(/[\r\n]/g, '');
  return BASE64.test(joined) ? joined : undefined;
}
