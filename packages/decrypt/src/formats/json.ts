import { invalid } from '../problem.ts';
import { valueOf } from '../sops-tree.ts';
import type { Store } from './format.ts';
import { printJson, readJson } from './json-text.ts';

/** JSON files. */
export const json: Store = {
  metadata: 'nested',
  load: (text) => [readJson(text)],
  emit: ([first]) => {
    if (first === undefined) throw invalid('there is no document to emit');
    return `${printJson(first)}\n`;
  },
};

/** Files of any kind: JSON with all of them in `data`. */
export const binary: Store = {
  metadata: 'nested',
  load: (text) => json.load(text),
  emit: ([first, ...more]) => {
    if (first === undefined || more.length > 0)
      throw invalid('error emitting binary store: there must be exactly one tree branch');
    const data = valueOf(first, 'data');
    if (typeof data === 'string') return data;
    const what =
      data === undefined ? 'no binary data found in tree' : "'data' key in tree does not have a string value";
    throw invalid(`error emitting binary store: ${what}`);
  },
};
