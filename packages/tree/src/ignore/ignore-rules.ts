import { compileNamePattern, type NameMatcher } from './name-pattern.ts';

/** What a rule says of a path. */
export type IgnoreVerdict = 'exclude' | 'include' | 'none';

/** One line of an ignore file, as fluxcd/pkg/sourceignore (and go-git before it) understands it. */
export interface IgnoreRule {
  /** The line as written. */
  readonly pattern: string;
  /** Segments of the folder that the line counts in. */
  readonly domain: readonly string[];
  judge(path: readonly string[], isDirectory: boolean): IgnoreVerdict;
}

/** A segment of a rule's path: nothing (a slash at an edge), any number of folders, or a name. */
type Segment =
  { readonly kind: 'edge' } | { readonly kind: 'any' } | { readonly kind: 'name'; readonly match?: NameMatcher };

/** Most lines of one ignore file that are read. */
export const MAX_IGNORE_RULES = 10_000;

/** The rules in the text of an ignore file. Lines that begin with `#` and blank lines are none. */
export function parseIgnoreFile(text: string, domain: readonly string[] = []): readonly IgnoreRule[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  return lines
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .slice(0, MAX_IGNORE_RULES)
    .map((line) => parseIgnoreRule(line, domain));
}

/** One rule: `!` turns it round, a `/` at the end means folders only, any other `/` ties it to its domain. */
export function parseIgnoreRule(pattern: string, domain: readonly string[] = []): IgnoreRule {
  const includes = pattern.startsWith('!');
  let rest = includes ? pattern.slice(1) : pattern;
  if (!rest.endsWith('\\ ')) rest = rest.replace(/ +$/, '');
  const foldersOnly = rest.endsWith('/');
  if (foldersOnly) rest = rest.slice(0, -1);
  const segments = rest.split('/').map(toSegment);
  const fits = rest.includes('/') ? fitsPath : fitsAnywhere;
  return {
    pattern,
    domain,
    judge: (path, isDirectory) => {
      if (path.length <= domain.length || domain.some((name, index) => path[index] !== name)) return 'none';
      if (!fits(segments, path.slice(domain.length), foldersOnly && !isDirectory)) return 'none';
      return includes ? 'include' : 'exclude';
    },
  };
}

function toSegment(text: string): Segment {
  if (text === '') return { kind: 'edge' };
  if (text === '**') return { kind: 'any' };
  const match = text.includes('**') ? undefined : compileNamePattern(text);
  return match === undefined ? { kind: 'name' } : { kind: 'name', match };
}

/** A rule without a slash: some segment of the path has that name. `notItself`: the path's own name does not count. */
function fitsAnywhere([segment]: readonly Segment[], path: readonly string[], notItself: boolean): boolean {
  // Without a slash, `**` is a name pattern like any other: two stars match what one does.
  const match =
    segment?.kind === 'any' ? () => true : segment?.kind === 'name' ? segment.match : (name: string) => name === '';
  if (match === undefined) return false;
  const at = path.findIndex((name) => match(name));
  return at >= 0 && !(notItself && at === path.length - 1);
}

/** A rule with slashes: its segments lead from the domain to the path or to a folder above it. */
function fitsPath(segments: readonly Segment[], path: readonly string[], notItself: boolean): boolean {
  let at = 0;
  let matched = false;
  let skipping = false;
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'any') {
      if (index === segments.length - 1) break;
      skipping = true;
      continue;
    }
    if (segment.kind === 'edge') {
      skipping = false;
      continue;
    }
    const { match } = segment;
    if (match === undefined || at >= path.length) return false;
    const next = skipping ? path.findIndex((name, position) => position >= at && match(name)) : at;
    if (!skipping && !match(path[at] ?? '')) return false;
    matched = next >= 0;
    at = matched ? next + 1 : path.length;
    skipping = false;
  }
  return matched && !(notItself && at === path.length);
}

/** Whether a path is ignored: the last rule that says something decides. */
export function isIgnored(rules: readonly IgnoreRule[], path: readonly string[], isDirectory: boolean): boolean {
  for (let index = rules.length - 1; index >= 0; index--) {
    const verdict = rules[index]?.judge(path, isDirectory) ?? 'none';
    if (verdict !== 'none') return verdict === 'exclude';
  }
  return false;
}
