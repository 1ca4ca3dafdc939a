import { isWord } from '../scan/characters.ts';
import type { Writer } from './writer.ts';

const unescaped = new Set([...";/?:@&=+$,_.~*'()[]"].map((character) => character.charCodeAt(0)));

/** Writes a short tag: `!!int`, `!custom`, or `!<…>` for one that starts with no `!`. */
export function writeTag(writer: Writer, tag: string): void {
  if (tag.startsWith('!!')) writer.indicator(`!!${escapeTag(tag.slice(2))}`, true);
  else if (tag.startsWith('!')) writer.indicator(`!${escapeTag(tag.slice(1))}`, true);
  else writer.indicator(`!<${escapeTag(tag)}>`, true);
}

function escapeTag(text: string): string {
  let escaped = '';
  for (const octet of new TextEncoder().encode(text)) {
    escaped +=
      isWord(octet) || unescaped.has(octet)
        ? String.fromCharCode(octet)
        : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}
