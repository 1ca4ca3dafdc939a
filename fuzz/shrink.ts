import type { FileSet } from './file-set.ts';

/** Cases that one shrink may try. */
const MAX_TRIES = 600;

/**
 * The smallest case found that still fails: files are taken out, then blocks of lines, then lines, the files of which the
 * path holds `first` before the others. `fails` must say true only for the same kind of failure, or another one is found.
 */
export async function shrink(
  files: FileSet,
  first: string,
  fails: (files: FileSet) => Promise<boolean>,
): Promise<FileSet> {
  const shrinking = new Shrinking(files, first, fails);
  await shrinking.run();
  return shrinking.smallest;
}

class Shrinking {
  smallest: FileSet;
  readonly #first: string;
  readonly #fails: (files: FileSet) => Promise<boolean>;
  #left = MAX_TRIES;

  constructor(files: FileSet, first: string, fails: (files: FileSet) => Promise<boolean>) {
    this.smallest = files;
    this.#first = first;
    this.#fails = fails;
  }

  async run(): Promise<void> {
    for (let before = Infinity; before > this.#size() && this.#left > 0;) {
      before = this.#size();
      const paths = [...this.smallest.keys()];
      paths.sort((a, b) => Number(b.includes(this.#first)) - Number(a.includes(this.#first)));
      for (const path of paths.filter((name) => name.includes(this.#first))) await this.#withoutLines(path, 0);
      for (const path of paths) await this.#try(new Map([...this.smallest].filter(([other]) => other !== path)));
      for (const path of paths) await this.#withoutLines(path, Infinity);
    }
  }

  #size(): number {
    return [...this.smallest.values()].reduce((sum, content) => sum + content.length, this.smallest.size);
  }

  /** Takes out blocks that begin no deeper than `depth`. */
  async #withoutLines(path: string, depth: number): Promise<void> {
    for (let at = 0; this.#left > 0;) {
      const content = this.smallest.get(path);
      if (typeof content !== 'string') return;
      const lines = content.split('\n');
      if (at >= lines.length || (at === lines.length - 1 && lines[at] === '')) return;
      if (indentOf(lines[at]) > depth || !(await this.#withoutBlock(path, lines, at))) at++;
    }
  }

  async #withoutBlock(path: string, lines: readonly string[], at: number): Promise<boolean> {
    for (const size of new Set([blockAt(lines, at), 1])) {
      const rest = [...lines.slice(0, at), ...lines.slice(at + size)].join('\n');
      if (await this.#try(new Map([...this.smallest, [path, rest]]))) return true;
    }
    return false;
  }

  async #try(files: FileSet): Promise<boolean> {
    if (files.size === 0 || files.size > this.smallest.size || this.#left-- <= 0) return false;
    if (!(await this.#fails(files))) return false;
    this.smallest = files;
    return true;
  }
}

/** Lines from `at` to the next that stands no deeper; the items of a list belong to the field before them. */
function blockAt(lines: readonly string[], at: number): number {
  const depth = indentOf(lines[at]);
  const isItem = lines[at]?.trimStart().startsWith('-') === true;
  let end = at + 1;
  while (end < lines.length && belongs(lines[end] ?? '', depth, isItem)) end++;
  return end - at;
}

function belongs(line: string, depth: number, isItem: boolean): boolean {
  if (line.trim() === '' || indentOf(line) > depth) return true;
  return !isItem && indentOf(line) === depth && /^\s*-( |$)/.test(line);
}

function indentOf(line: string | undefined): number {
  return line === undefined ? 0 : line.length - line.trimStart().length;
}
