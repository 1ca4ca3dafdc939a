import type { Random } from '../random.ts';

type Mutation = (text: string, random: Random) => string | Uint8Array;

function atLine(change: (line: string, random: Random) => string): Mutation {
  return (text, random) => {
    const lines = text.split('\n');
    const at = random.below(lines.length);
    lines[at] = change(lines[at] ?? '', random);
    return lines.join('\n');
  };
}

/** Not the first line: what kustomize makes of a text that starts with a tab it cannot read itself (docs/differences.md). */
function indentWithTab(text: string, random: Random): string {
  const [first = '', ...rest] = text.split('\n');
  if (rest.length === 0) return text;
  const at = random.below(rest.length);
  rest[at] = `\t${rest[at] ?? ''}`;
  return [first, ...rest].join('\n');
}

const MUTATIONS: readonly Mutation[] = [
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => `\uFEFF${text}`,
  (text) => text.replaceAll('\n', '  \n'),
  atLine((line) => `${line}\n${line}`),
  atLine(() => ''),
  atLine((line) => line.replace(':', '')),
  atLine((line) => line.replace(': ', ':\t')),
  indentWithTab,
  atLine((line) => ` ${line}`),
  atLine((line) => line.replace(/: .*/, ': null')),
  atLine((line) => line.replace(/: .*/, ':')),
  atLine((line) => line.replace(/: .*/, ': []')),
  atLine((line) => line.replace(/: .*/, ': {}')),
  atLine((line) => line.replace(/: .*/, ': 5')),
  atLine((line) => line.replace(/: (.*)/, ': "$1"')),
  atLine((line) => line.replace(/: (.*)/, ': &anchor $1')),
  atLine((line) => line.replace(/: (.*)/, ': *anchor')),
  atLine((line) => line.replace(/: (.*)/, ': !!str $1')),
  atLine((line) => `${line} # comment`),
  atLine((line) => `# comment\n${line}`),
  atLine((line) => `${line}\n---`),
  atLine((line) => line.slice(0, -1)),
  atLine((line) => `${line}\u0001`),
  atLine((line) => line.replace(/[a-z]/, 'É')),
  (text) => text.slice(0, Math.floor(text.length / 2)),
  (text) => Buffer.concat([Buffer.from(text), Buffer.of(0xff, 0x0a)]),
  () => '',
  () => '\n',
  (text) => text.trimEnd(),
  (text) => `${text}\n...\n`,
];

/** Changes one of the files so that it may no longer be what it was meant to be. */
export function mutate(random: Random, files: Map<string, string | Uint8Array>): void {
  const path = random.pick([...files.keys()]);
  const content = files.get(path);
  if (typeof content === 'string') files.set(path, random.pick(MUTATIONS)(content, random));
}
