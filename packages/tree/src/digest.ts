import { sha256Hex } from '@capstan/object';

/** `sha256:` and the hexadecimal SHA-256 of the bytes, or of the UTF-8 of a string. */
export function sha256Digest(content: Uint8Array | string): string {
  return `sha256:${sha256Hex(typeof content === 'string' ? new TextEncoder().encode(content) : content)}`;
}
