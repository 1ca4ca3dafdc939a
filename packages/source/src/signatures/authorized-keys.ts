import { CapstanError } from '@capstan/errors';
import { readSshKey, type SshPublicKey } from './ssh-key.ts';

/** Characters of one text of keys, and keys in it, at most. */
const MAX_TEXT = 1024 * 1024;
const MAX_KEYS = 1024;

/**
 * The public keys of a text in the form of authorized_keys: one a line, perhaps behind options; empty lines and comments
 * do not count. Throws GIT_SIGNATURE_INVALID at the first line that holds no key.
 */
export function parseAuthorizedKeys(text: string): readonly SshPublicKey[] {
  if (text.length > MAX_TEXT) throw invalid(`they are longer than ${MAX_TEXT} characters`);
  const keys: SshPublicKey[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (keys.length >= MAX_KEYS) throw invalid(`there are more than ${MAX_KEYS}`);
    const key = keyIn(line) ?? keyIn(afterOptions(line));
    if (key === undefined) throw invalid('ssh: no key found');
    keys.push(key);
  }
  return keys;
}

function invalid(why: string): CapstanError {
  return new CapstanError('GIT_SIGNATURE_INVALID', `unable to parse authorized key: ${why}`, {
    data: { reason: 'authorized-keys' },
  });
}

/** The key of a line `TYPE BASE64 comment`; undefined where that is none. */
function keyIn(line: string | undefined): SshPublicKey | undefined {
  const [, , encoded] = /^(\S+)[ \t]+(\S+)/.exec(line ?? '') ?? [];
  if (encoded === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return undefined;
  try {
    return readSshKey(Buffer.from(encoded, 'base64'));
  } catch {
    return undefined;
  }
}

/** What follows the options of a line; blanks within quotation marks belong to them. */
function afterOptions(line: string): string | undefined {
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at];
    if (char === '"' && line[at - 1] !== '\\') quoted = !quoted;
    else if (!quoted && (char === ' ' || char === '\t')) return line.slice(at).trimStart();
  }
  return undefined;
}
