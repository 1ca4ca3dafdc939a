/** What the placeholders of a scenario stand for in this run: its commits so far. */
export interface Placeholders {
  /** `<commit-N>` → the hash. */
  readonly commits: ReadonlyMap<string, string>;
}

const goDuration = String.raw`(?:\d+(?:\.\d+)?(?:h|ms|m|µs|us|ns|s))+`;

// What varies from run to run, as regular expressions over the actual text.
const patterns: readonly (readonly [placeholder: RegExp, pattern: string])[] = [
  // Messages have it as Go's `time.Kitchen`, too.
  [/^<time>$/, String.raw`(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|\d{1,2}:\d\d[AP]M)`],
  [/^<duration>$/, goDuration],
  [/^<uid>$/, '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'],
  [/^<(?:resourceVersion|generation|seconds|port)>$/, String.raw`\d+(?:\.\d+)?`],
  [/^<(?:cluster-ip|ip|pod-ip)>$/, String.raw`[0-9a-f.:]+`],
  [/^<address>$/, String.raw`[^\s'"]+`],
  [/^<random>$/, '[a-z0-9-]+'],
  [/^<(?:index-)?sha1-\d+>$/, '[0-9a-f]{40}'],
  [/^<(?:index-)?sha256-\d+>$/, '[0-9a-f]{64}'],
  [/^<hmac>$/, '[0-9a-f]+'],
];

/** Upstream's temporary folder in a message: such a message need not be matched to the letter, only be there. */
const TEMPORARY = '<tmp>';

/** The expected text with the run's commits filled in. */
export function fillIn(expected: string, { commits }: Placeholders): string {
  return expected.replace(/<commit-(\d+)(?::(\d+))?>/g, (whole, index: string, length: string | undefined) => {
    const hash = commits.get(`<commit-${index}>`);
    if (hash === undefined) return whole;
    return length === undefined ? hash : hash.slice(0, Number(length));
  });
}

/** Whether an actual text is what an expected one with placeholders describes. */
export function matches(expected: string, actual: string, known: Placeholders): boolean {
  const filled = fillIn(expected, known);
  if (filled === actual) return true;
  if (filled.includes(TEMPORARY) || filled.includes('/dev/shm/')) return actual !== '';
  if (!filled.includes('<')) return false;
  return patternOf(filled).test(actual);
}

/** Whether a text is a placeholder alone, which may stand for a number. */
export function isPlaceholder(text: string): boolean {
  return /^<[a-z0-9-]+>$/i.test(text) && patterns.some(([placeholder]) => placeholder.test(text));
}

function patternOf(text: string): RegExp {
  const source = text
    .split(/(<[a-zA-Z0-9-]+>)/)
    .map((part) => patterns.find(([placeholder]) => placeholder.test(part))?.[1] ?? escape(part))
    .join('');
  return new RegExp(`^${source}$`, 'su');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
