/** What a tar archive says of a member. */
export interface TarEntry {
  readonly name: string;
  readonly mode: number;
  readonly owner: number;
  readonly time: number;
  /** `0` a file, `5` a folder, `2` a link. */
  readonly type: string;
  readonly text: string;
}

const BLOCK = 512;

/** The members of an archive with short names, in their order. */
export function tarEntries(bytes: Buffer): readonly TarEntry[] {
  const entries: TarEntry[] = [];
  let at = 0;
  while (at + BLOCK <= bytes.length && bytes[at] !== 0) {
    const field = (from: number, to: number): string =>
      bytes.toString('utf8', at + from, at + to).replace(/\0[^]*$/, '');
    const number = (from: number, to: number): number => Number.parseInt(field(from, to).trim() || '0', 8);
    const size = number(124, 136);
    const start = at + BLOCK;
    entries.push({
      name: field(0, 100),
      mode: number(100, 108),
      owner: number(108, 116),
      time: number(136, 148),
      type: field(156, 157),
      text: bytes.toString('utf8', start, start + size),
    });
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}
