import type { MadeMapping } from '../yaml-text.ts';
import type { Random } from '../random.ts';
import { groupVersion, LABELS, nameOf, NAMESPACES, WORDS, type Known } from './object-pool.ts';

const PATTERNS = ['.*', 'app|web', '^app$', 'a.*', '(w|d)b', '[a-d].*', 'web-?', 'nothing', '', '.+p', 'we', '(?i)APP'];
const BAD_PATTERNS = ['(', '[a', '*', '(?=x)', 'a{2,1}', '\\', '(?<n>a)', '\\pL+', 'a++'];
const LABEL_SELECTORS = [
  ...['app=web', 'app', '!app', 'app in (web, one)', 'env notin (prod)', 'tier!=two', 'app=web,env=prod', 'app==one'],
  ...['', 'app.kubernetes.io/name=web', 'app=', 'tier>1', ' app = web ', 'app in ()', 'x in (a,,b)'],
];
const BAD_SELECTORS = ['app=web,', '=x', 'a=b=c', 'in (a)', 'app in web', '-x=1', 'a b'];

/** A text that is meant as a regular expression; seldom one that is none. */
export function pattern(random: Random, exact: string): string {
  if (random.chance(0.5)) return exact;
  return random.slip(0.03) ? random.pick(BAD_PATTERNS) : random.pick(PATTERNS);
}

/** Selects objects for a patch or a replacement: mostly some that are there. */
export function selector(random: Random, known: readonly Known[]): MadeMapping {
  const of = known.length > 0 && random.chance(0.9) ? random.pick(known) : undefined;
  const { group, version } = groupVersion(of?.apiVersion ?? 'apps/v1');
  const label = random.slip(0.1) ? random.pick(BAD_SELECTORS) : random.pick(LABEL_SELECTORS);
  return {
    group: random.maybe(0.15, () => pattern(random, group)),
    version: random.maybe(0.15, () => pattern(random, version)),
    kind: random.maybe(0.7, () => pattern(random, of?.kind ?? 'Deployment')),
    name: random.maybe(0.6, () => pattern(random, of === undefined ? nameOf(random) : random.pick([of.name, of.now]))),
    namespace: random.maybe(0.15, () => pattern(random, of?.namespace ?? random.pick(NAMESPACES))),
    labelSelector: random.maybe(0.12, () => label),
    annotationSelector: random.maybe(0.06, () => random.pick(['note', 'owner=one', '!note', ...LABELS, ...WORDS])),
  };
}

/** Selects objects by a name too, as some transformers want it. */
export function namedSelector(random: Random, known: readonly Known[]): MadeMapping {
  const made = selector(random, known);
  return { ...made, name: made['name'] === undefined || made['name'] === '' ? '.*' : made['name'] };
}
