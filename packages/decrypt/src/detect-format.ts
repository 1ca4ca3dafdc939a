import type { Format } from './formats/format.ts';

/** The format of a file by its name; `binary` for all that have no name of their own. */
export function formatForPath(path: string): Format {
  if (path.endsWith('.dockerconfigjson') || path.endsWith('.json')) return 'json';
  if (path.endsWith('.yaml') || path.endsWith('.yml')) return 'yaml';
  if (path.endsWith('.env')) return 'dotenv';
  return path.endsWith('.ini') ? 'ini' : 'binary';
}

/** What stands in an encrypted file of each format. */
const marks: Readonly<Record<Format, string>> = {
  json: '"mac": "ENC[',
  binary: '"mac": "ENC[',
  dotenv: 'sops_mac=ENC[',
  ini: '[sops]',
  yaml: 'mac: ENC[',
};

/** Whether bytes look like a file that SOPS encrypted in a format. */
export function looksEncrypted(bytes: Uint8Array, format: Format): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(marks[format]);
}

/** The format in which bytes look encrypted; undefined where they do not. */
export function detectFormat(bytes: Uint8Array): Format | undefined {
  const formats: readonly Format[] = ['json', 'dotenv', 'ini', 'yaml'];
  return formats.find((format) => looksEncrypted(bytes, format));
}
