import { CapstanError } from '@capstan/errors';

/** The longest line of a watch: far above the largest object that a cluster stores. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/**
 * Lines of a stream, whatever the chunks are torn into. A last line without its end is dropped: the connection broke
 * in the middle of it. Throws KUBE_REFUSED for a line beyond `MAX_LINE_BYTES`.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const last = chunk.subarray(from, end);
      const line = textOf(rest.length === 0 ? last : Buffer.concat([...rest, last]));
      rest = [];
      size = 0;
      from = end + 1;
      if (line.trim() !== '') yield line;
    }
    if (from < chunk.length) {
      rest.push(chunk.subarray(from));
      size += chunk.length - from;
      if (size > MAX_LINE_BYTES) {
        throw new CapstanError('KUBE_REFUSED', `an event of the watch is longer than ${MAX_LINE_BYTES} bytes`);
      }
    }
  }
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}
