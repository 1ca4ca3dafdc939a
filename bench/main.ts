// `npm run bench`: benchmarks with the controllers as a process of their own.
import { writeFileSync } from 'node:fs';
import { readArguments } from '../scripts/read-arguments.ts';
import { openTarget, startSandboxTarget } from '../e2e/target.ts';
import { converge } from './converge.ts';
import { kustomize } from './kustomize.ts';
import { monorepo } from './monorepo.ts';
import { medians, type Row } from './row.ts';
import { steady } from './steady.ts';

const USAGE = `usage: npm run bench -- [NAME…] [--dialect argo|flux] [--apps N] [--runs N] [--kubeconfig FILE] [--json FILE]
  NAME is converge, monorepo, steady or kustomize; all of them when none is given
  --apps N          how many apps; 100 when absent
  --runs N          every figure is the median of so many runs
  --kubeconfig F    on this cluster; on the sandbox when absent
  --sizes N,…       how many resources kustomize builds, beside the real one
  --node-flags=…    flags of Node that the controllers are started with
  --json FILE       writes the rows there, too
examples:
  npm run bench -- converge --apps 500 --dialect argo --kubeconfig ~/.kube/config
  npm run bench -- kustomize --sizes 10,100
`;

const { values, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: {
    kubeconfig: { type: 'string' },
    dialect: { type: 'string' },
    apps: { type: 'string', default: '100' },
    runs: { type: 'string' },
    sizes: { type: 'string', default: '10,100,1000,5000' },
    'node-flags': { type: 'string' },
    json: { type: 'string' },
  },
});

const known = ['converge', 'monorepo', 'steady', 'kustomize'] as const;
const names = positionals.length === 0 ? known : positionals;
for (const name of names)
  if (!(known as readonly string[]).includes(name))
    usage(`no benchmark is called ${name}; there are: ${known.join(', ')}`);
const apps = Number(values.apps);
if (!Number.isInteger(apps) || apps < 1) usage('--apps takes a whole number');
const runs = values.runs === undefined ? undefined : Number(values.runs);
if (runs !== undefined && (!Number.isInteger(runs) || runs < 1)) usage('--runs takes a whole number');
const sizes = values.sizes.split(',').map(Number);
if (!sizes.every((size) => Number.isInteger(size) && size > 0))
  usage('--sizes takes whole numbers with commas between');
const nodeFlags = values['node-flags']?.split(' ').filter((flag) => flag !== '');
const dialects = (['argo', 'flux'] as const).filter(
  (dialect) => values.dialect === undefined || values.dialect === dialect,
);
if (dialects.length === 0) usage('--dialect takes argo or flux');

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const rows: Row[] = [];
if (names.some((name) => name !== 'kustomize')) await onCluster();
if (names.includes('kustomize'))
  rows.push(...(await kustomize({ sizes, ...(runs === undefined ? {} : { runs }) }, say)));
process.stdout.write(`${rows.map(line).join('\n')}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);

/** The benchmarks that need a cluster. */
async function onCluster(): Promise<void> {
  const { kubeconfig } = values;
  const target = kubeconfig === undefined ? await startSandboxTarget() : await openTarget(kubeconfig, kubeconfig);
  say(`on ${target.name}`);
  try {
    for (const dialect of dialects) {
      if (names.includes('converge'))
        rows.push(...(await repeated(() => converge(target, { dialect, apps, nodeFlags }, say))));
      if (names.includes('monorepo')) rows.push(...(await repeated(() => monorepo(target, dialect, say))));
      if (names.includes('steady')) rows.push(...(await repeated(() => steady(target, dialect, say))));
    }
  } finally {
    await target.close();
  }
}

/** Runs a benchmark as often as is asked; each figure is the median. */
async function repeated(run: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
  const all: (readonly Row[])[] = [];
  for (let time = 0; time < (runs ?? 1); time++) all.push(await run());
  return medians(all);
}

function line(row: Row): string {
  const own = `${row.benchmark}  ${row.metric}: ${row.value}${row.unit === '' ? '' : ` ${row.unit}`}`;
  return row.peer === undefined ? own : `${own}  (${row.peer}: ${row.peerValue}, ${row.ratio}×)`;
}

function usage(problem: string): never {
  process.stderr.write(`bench: ${problem}\n`);
  process.exit(2);
}
