import type { JsonValue } from '@capstan/object';
import { dumpPodTemplate } from './pod-template-dump.ts';

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** The `pod-template-hash` of a template: FNV-1a over Go's dump of it, in letters that spell no words. */
export function podTemplateHash(template: JsonValue, collisionCount: number | undefined): string {
  let hash = fnv1a(new TextEncoder().encode(dumpPodTemplate(template)));
  if (collisionCount !== undefined) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setUint32(0, collisionCount, true);
    hash = fnv1a(bytes, hash);
  }
  return safeEncode(String(hash));
}

/** Each character by its place in an alphabet without vowels and look-alikes. */
export function safeEncode(text: string): string {
  let result = '';
  for (let index = 0; index < text.length; index++) result += ALPHABET[text.charCodeAt(index) % ALPHABET.length] ?? '';
  return result;
}

/** 32-bit FNV-1a, gone on with from `start`. */
export function fnv1a(bytes: Uint8Array, start = 2_166_136_261): number {
  let hash = start;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16_777_619) >>> 0;
  return hash;
}

/** 32-bit FNV-1: multiplies first. */
export function fnv1(bytes: Uint8Array): number {
  let hash = 2_166_136_261;
  for (const byte of bytes) hash = (Math.imul(hash, 16_777_619) ^ byte) >>> 0;
  return hash;
}
