import { invalid } from '../problem.ts';
import { branch, comment, type Item } from '../sops-tree.ts';
import type { Store } from './format.ts';
import { valueText } from './value-text.ts';

/** Files of `KEY=value` lines; the metadata are keys that begin with `sops_`. */
export const dotenv: Store = {
  metadata: 'flat',
  load: (text) => [
    branch(
      text
        .split('\n')
        .filter((line) => line !== '')
        .map(itemOf),
    ),
  ],
  emit: ([first]) =>
    (first?.items ?? [])
      .map(({ key, value }) => {
        if (typeof key !== 'string') return `#${key.text}\n`;
        return `${key}=${valueText(value, key).replaceAll('\n', '\\n')}\n`;
      })
      .join(''),
};

function itemOf(line: string): Item {
  if (line.startsWith('#')) return { key: comment(line.slice(1)), value: null };
  const at = line.indexOf('=');
  if (at < 0) throw invalid('invalid dotenv input line: it has no equals sign');
  return { key: line.slice(0, at), value: line.slice(at + 1).replaceAll('\\n', '\n') };
}
