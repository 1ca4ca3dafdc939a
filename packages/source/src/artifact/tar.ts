// Entries as Go's archive/tar writes them: USTAR where everything fits, else a PAX record for the path.

const BLOCK = 512;
const NAME = 100;
const PREFIX = 155;

/** A file or folder of an archive. Owner, group and times are left at zero. */
export interface TarEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory';
  readonly mode: number;
  /** Bytes of a file; 0 for a folder. */
  readonly size: number;
}

/** The header blocks of an entry, one array a write. */
export function tarHeader(entry: TarEntry): readonly Uint8Array[] {
  const type = entry.kind === 'file' ? '0' : '5';
  const fields = { mode: entry.mode, size: entry.size, type };
  const split = splitPath(entry.path);
  if (split !== undefined) return [headerBlock({ ...fields, ...split })];
  const record = paxRecord('path', entry.path);
  const slash = entry.path.lastIndexOf('/');
  const folder = slash < 0 ? '' : `${entry.path.slice(0, slash)}/`;
  const name = ascii(`${folder}PaxHeaders.0/${entry.path.slice(slash + 1)}`).slice(0, NAME);
  return [
    headerBlock({ mode: 0, size: record.length, type: 'x', name, prefix: '' }),
    record,
    tarPadding(record.length),
    headerBlock({ ...fields, name: ascii(entry.path).slice(0, NAME), prefix: '' }),
  ].filter((bytes) => bytes.length > 0);
}

/** What fills the last block of content. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

/** The two empty blocks at the end of an archive. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);

/** A path in the two fields of USTAR; undefined when it does not fit or is not ASCII. */
function splitPath(path: string): { readonly name: string; readonly prefix: string } | undefined {
  if (!/^[\u0001-\u007f]*$/.test(path)) return undefined;
  if (path.length <= NAME) return { name: path, prefix: '' };
  const slash = path
    .slice(0, PREFIX + 1)
    .replace(/\/$/, '')
    .lastIndexOf('/');
  const name = path.slice(slash + 1);
  return slash <= 0 || name.length > NAME || name === '' ? undefined : { name, prefix: path.slice(0, slash) };
}

/** `LENGTH KEY=VALUE\n`, where LENGTH counts itself. */
function paxRecord(key: string, value: string): Uint8Array {
  const bare = Buffer.byteLength(` ${key}=${value}\n`);
  let length = bare + String(bare).length;
  length = bare + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function ascii(text: string): string {
  return text.replace(/[^\u0001-\u007f]/gu, '');
}

interface HeaderFields {
  readonly name: string;
  readonly prefix: string;
  readonly mode: number;
  readonly size: number;
  readonly type: string;
}

function headerBlock({ name, prefix, mode, size, type }: HeaderFields): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number): void => {
    block.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  };
  block.write(name, 0, 'latin1');
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  block.write(type, 156, 'latin1');
  block.write('ustar\0' + '00', 257, 'latin1');
  octal(0, 329, 7);
  octal(0, 337, 7);
  block.write(prefix, 345, 'latin1');
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  octal(sum, 148, 6);
  block[154] = 0;
  return block;
}
