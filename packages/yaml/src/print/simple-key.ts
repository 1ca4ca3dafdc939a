/** The longest key that is written before its `:` without a `?`, in bytes of UTF-8. */
const SIMPLE_KEY_BYTES = 128;

/** Whether a key of one line, with `before` bytes of anchor and tag, may stand without a `?`. */
export function fitsSimpleKey(key: string, before: number): boolean {
  const room = SIMPLE_KEY_BYTES - before;
  if (key.length > room) return false;
  return key.length * 3 <= room || new TextEncoder().encode(key).length <= room;
}
