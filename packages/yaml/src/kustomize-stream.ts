import { invalid } from './failure.ts';
import type { YamlReadOptions } from './limits.ts';
import { readInput } from './input.ts';
import { defaultLimits } from './limits.ts';

const separator = /\n---.*\n/g;

/** A part of a stream and the line (from 1) that it starts at. */
export interface StreamPart {
  readonly text: string;
  readonly line: number;
}

/**
 * The parts of a file as kustomize cuts it before it reads any: at lines that start with `---`, after `\r\n` became
 * `\n`. Of each part it reads the first document only (`documents: 'first'`). Throws `YAML_INVALID` where something
 * other than a comment follows the dashes.
 */
export function splitKustomizeStream(
  text: string | Uint8Array,
  options: Pick<YamlReadOptions, 'source' | 'limits'> = {},
): readonly StreamPart[] {
  const { source, limits } = options;
  const stream = readInput(text, source, limits?.maxBytes ?? defaultLimits.maxBytes).replaceAll('\r\n', '\n');
  if (stream === '') return [];
  const parts: StreamPart[] = [];
  let from = 0;
  let line = 1;
  for (const match of stream.matchAll(separator)) {
    const rest = match[0].slice('\n---'.length).trim();
    const part = stream.slice(from, match.index);
    const separatorLine = line + lineBreaks(part) + 1;
    if (rest !== '' && !rest.startsWith('#')) {
      throw invalid('invalid document separator: only a comment may follow the dashes', {
        source,
        line: separatorLine,
        column: 1,
      });
    }
    parts.push({ text: `${part}\n`, line });
    from = match.index + match[0].length;
    line = separatorLine + 1;
  }
  parts.push({ text: stream.slice(from), line });
  return parts;
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
