// `npm run fuzz -- kustomize [--count N] [--seed S] [--only FIELD] [--case SEED] [--keep-going]`: overlays made at random
// are built by the real kustomize and by ours. What differs is shrunk and printed. Ends with `N overlays, N differences`.
import { availableParallelism } from 'node:os';
import { readArguments } from '../scripts/read-arguments.ts';
import { fields, type FieldName } from './kustomize/fields.ts';
import { findKustomize } from './kustomize/oracle.ts';
import { fuzzKustomize } from './kustomize/run.ts';

const USAGE = `usage: npm run fuzz -- kustomize [--count N] [--seed S] [--only FIELD] [--case SEED] [--jobs N] [--keep-going]
  --count N      how many overlays; 500 when absent
  --seed S       the same overlays each time
  --only FIELD   that field in each overlay
  --case SEED    one overlay again, by the number that its difference was told with
examples:
  npm run fuzz -- kustomize --count 5000
  npm run fuzz -- kustomize --only replacements --seed 7
`;

const { values, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '500' },
    seed: { type: 'string' },
    only: { type: 'string' },
    case: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    'keep-going': { type: 'boolean', default: false },
  },
});

if (positionals.length !== 1 || positionals[0] !== 'kustomize') usage('there is one thing to fuzz: kustomize');
const only = values.only === undefined ? undefined : fieldOf(values.only);
const count = numberOf('--count', values.count);
const seed = values.seed === undefined ? Date.now() % 1_000_000 : numberOf('--seed', values.seed);
const program = findKustomize();
if (program === undefined)
  usage('the real kustomize is not installed; ../shared/oracles/install brings it, KUSTOMIZE names it');

const differences = await fuzzKustomize({
  program,
  count,
  seed,
  jobs: numberOf('--jobs', values.jobs),
  keepGoing: values['keep-going'],
  ...(only === undefined ? {} : { only }),
  ...(values.case === undefined ? {} : { onlyCase: numberOf('--case', values.case) }),
  say: (text) => process.stderr.write(text),
  print: (text) => process.stdout.write(text),
});
process.exitCode = differences === 0 ? 0 : 1;

function fieldOf(name: string): FieldName {
  if (Object.hasOwn(fields, name)) return name as FieldName;
  return usage(`--only takes one of ${Object.keys(fields).join(', ')}`);
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  return Number.isInteger(number) && number >= 0 ? number : usage(`${name} takes a whole number`);
}

function usage(problem: string): never {
  process.stderr.write(`fuzz: ${problem}\n`);
  process.exit(2);
}
