import { signatureStart } from './signature-type.ts';

/** A commit or tag, taken apart into what was signed and its signature. */
export interface SignedObject {
  readonly kind: 'commit' | 'tag';
  /** The bytes that the signature is about. */
  readonly payload: Uint8Array;
  /** The armored signature; undefined where there is none. */
  readonly signature: string | undefined;
  /** Author of a commit, tagger of a tag, as `Name <address>`; empty where there is none. */
  readonly name: string;
  readonly address: string;
  readonly message: string;
}

/** Takes a commit object apart: the signature stands in a header, and was made over all but that header. */
export function readSignedCommit(bytes: Uint8Array): SignedObject {
  const text = latin1(bytes);
  const blank = text.indexOf('\n\n');
  const head = blank < 0 ? text : text.slice(0, blank + 1);
  const kept: string[] = [];
  const signatures: string[] = [];
  let signature: string[] | undefined;
  for (const line of head.split('\n')) {
    const [, own] = /^gpgsig(?:-sha256)? (.*)$/s.exec(line) ?? [];
    if (own !== undefined) signature = [own];
    else if (line.startsWith(' ') && signature !== undefined) signature.push(line.slice(1));
    else {
      if (signature !== undefined) signatures.push(signature.join('\n'));
      signature = undefined;
      kept.push(line);
    }
  }
  if (signature !== undefined) signatures.push(signature.join('\n'));
  const payload = kept.join('\n') + (blank < 0 ? '' : text.slice(blank + 1));
  return {
    kind: 'commit',
    payload: bytesOf(payload),
    // Several are none that Git itself writes: put together they verify as nothing.
    signature: signatures.length === 0 ? undefined : utf8(signatures.join('\n')),
    ...personOf(head, 'author'),
    message: blank < 0 ? '' : utf8(text.slice(blank + 2)),
  };
}

/** Takes a tag object apart: the signature stands at its end. */
export function readSignedTag(bytes: Uint8Array): SignedObject {
  const text = latin1(bytes);
  const start = signatureStart(text);
  const payload = start === undefined ? text : text.slice(0, start);
  const blank = payload.indexOf('\n\n');
  return {
    kind: 'tag',
    payload: bytesOf(payload),
    signature: start === undefined ? undefined : utf8(text.slice(start)),
    ...personOf(blank < 0 ? payload : payload.slice(0, blank), 'tagger'),
    message: blank < 0 ? '' : utf8(payload.slice(blank + 2)),
  };
}

/** The object that a tag is of. */
export function tagTarget(bytes: Uint8Array): string {
  return /^object ([0-9a-f]+)\n/.exec(latin1(bytes))?.[1] ?? '';
}

function personOf(head: string, role: 'author' | 'tagger'): { readonly name: string; readonly address: string } {
  const line = head.split('\n').find((header) => header.startsWith(`${role} `)) ?? '';
  const [, name = '', address = ''] = /^\w+ (.*?) ?<([^>]*)>/.exec(line) ?? [];
  return { name: utf8(name), address: utf8(address) };
}

// One letter a byte, so that offsets are those of bytes and nothing is lost.
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function utf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
