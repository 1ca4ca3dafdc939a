// `npm run conformance [-- CORPUS…]`: upstream's own cases, run on Capstan. Prints `corpus passed/total`; what did not
// pass is written under `conformance/failures/`. `--case NAME` runs one case and prints its detail, `--full` wants every
// case passed, `--write-floor` raises `floor.json`, `--kubeconfig F` replays recorded scenarios on that cluster.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from '../scripts/read-arguments.ts';
import { corpora } from './adapters/index.ts';
import type { Corpus, Environment } from './corpus.ts';
import { raiseFloors, readFloors, writeFloors } from './floor.ts';
import { casesOf, resultsOf, runCorpus, type CorpusReport } from './run-corpus.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const floorFile = join(root, 'conformance/floor.json');
const failuresDir = join(root, 'conformance/failures');
const USAGE_ERROR = 2;
const USAGE = `usage: npm run conformance -- [CORPUS…] [--case NAME …] [--full] [--write-floor] [--kubeconfig FILE]
  runs upstream's cases; what did not pass is written under conformance/failures/
  --case NAME       runs one case and prints its detail
  --full            wants every case passed
  --write-floor     raises conformance/floor.json
  --kubeconfig F    replays recorded scenarios on that cluster
examples:
  npm run conformance -- kstatus semver
  npm run conformance -- recorded-flux-kustomizations --case suspend-resume
`;
/** Of a corpus that falls below its floor, so much is told in the output. */
const TOLD_CASES = 8;
const TOLD_LINES = 8;
const TOLD_CHARACTERS = 300;

interface Options {
  readonly corpora: readonly Corpus[];
  readonly environment: Environment;
  readonly full: boolean;
  readonly writeFloor: boolean;
  readonly caseNames: readonly string[];
}

function readOptions(args: readonly string[]): Options | string {
  const { values, positionals } = readArguments(USAGE, {
    args: [...args],
    allowPositionals: true,
    options: {
      full: { type: 'boolean', default: false },
      'write-floor': { type: 'boolean', default: false },
      case: { type: 'string', multiple: true, default: [] },
      kubeconfig: { type: 'string' },
    },
  });
  const here = process.env['INIT_CWD'] ?? process.cwd();
  const environment: Environment = {
    conformanceDir: resolve(root, process.env['CONFORMANCE_DIR'] ?? '../shared/conformance'),
    recordedDir: resolve(root, process.env['RECORDED_DIR'] ?? '../shared/recorded'),
    ...(values.kubeconfig === undefined ? {} : { kubeconfig: resolve(here, values.kubeconfig) }),
  };
  const known = corpora(environment);
  const unknown = positionals.filter((name) => !known.some((corpus) => corpus.name === name));
  if (unknown.length > 0) {
    return `no adapter for ${unknown.join(', ')}; known: ${known.map(({ name }) => name).join(', ')}`;
  }
  return {
    corpora: positionals.length === 0 ? known : known.filter(({ name }) => positionals.includes(name)),
    environment,
    full: values.full,
    writeFloor: values['write-floor'],
    caseNames: values.case,
  };
}

async function runSome(options: Options): Promise<number> {
  const missing = new Set(options.caseNames);
  let allPassed = true;
  for (const corpus of options.corpora) {
    const cases = (await casesOf(corpus, options.environment)) ?? [];
    const chosen = cases.filter(({ name }) => options.caseNames.includes(name));
    for (const [{ name }, result] of await resultsOf(corpus, chosen)) {
      missing.delete(name);
      allPassed &&= result.outcome === 'passed';
      const detail =
        result.outcome === 'failed'
          ? `\n${result.detail}`
          : result.outcome === 'skipped'
            ? `: needs ${result.needs}`
            : '';
      process.stdout.write(`${corpus.name} ${name}: ${result.outcome}${detail}\n`);
    }
    await corpus.close?.();
  }
  if (missing.size === 0) return allPassed ? 0 : 1;
  process.stderr.write(`no case is called ${[...missing].join(', ')}\n`);
  return USAGE_ERROR;
}

function print(report: CorpusReport): void {
  process.stdout.write(`${report.corpus} ${report.passed}/${report.total}\n`);
  for (const [needs, names] of report.skipped) process.stdout.write(`  ${names.length} skipped: need ${needs}\n`);
}

function writeFailures(report: CorpusReport): void {
  const file = join(failuresDir, `${report.corpus}.txt`);
  const parts = report.failures.map(({ name, detail }) => `# ${name}\n${detail}\n`);
  for (const [needs, names] of report.skipped)
    parts.push(...names.map((name) => `# ${name}\nskipped: needs ${needs}\n`));
  if (parts.length === 0) return rmSync(file, { force: true });
  mkdirSync(failuresDir, { recursive: true });
  writeFileSync(file, parts.join('\n'));
}

/** The failures in short: where nobody can open the folder, the output has to do. */
function told(report: CorpusReport): string {
  const short = report.failures.slice(0, TOLD_CASES).map(({ name, detail }) => {
    const lines = detail.split('\n').slice(0, TOLD_LINES);
    return `✖ ${report.corpus} ${name}\n${lines.map((line) => `    ${line.slice(0, TOLD_CHARACTERS)}\n`).join('')}`;
  });
  return short.join('');
}

async function runAll(options: Options): Promise<number> {
  const floors = readFloors(floorFile);
  const reports: CorpusReport[] = [];
  let failed = false;
  for (const corpus of options.corpora) {
    const cases = await casesOf(corpus, options.environment);
    if (cases === undefined) {
      process.stdout.write(`${corpus.name} absent\n`);
      continue;
    }
    const report = await runCorpus(corpus, cases);
    print(report);
    writeFailures(report);
    reports.push(report);
    const floor = floors[report.corpus] ?? 0;
    if (report.passed < floor) {
      const { slack = 0 } = corpus;
      const allowed = slack === 0 ? '' : `, of which ${slack} may be missed`;
      process.stderr.write(
        `${report.corpus}: ${report.passed} passed, below the floor of ${floor}${allowed}\n${told(report)}`,
      );
      failed ||= report.passed < floor - slack;
    }
    failed ||= options.full && report.passed < report.total;
  }
  if (options.writeFloor) writeFloors(floorFile, raiseFloors(floors, reports));
  if (reports.some(({ passed, total }) => passed < total)) {
    process.stdout.write('what did not pass is told under conformance/failures/\n');
  }
  return failed ? 1 : 0;
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`conformance: ${options}\n`);
    return USAGE_ERROR;
  }
  const { conformanceDir, recordedDir } = options.environment;
  if (!existsSync(conformanceDir) && !existsSync(recordedDir)) {
    process.stdout.write(`no corpora here: neither ${conformanceDir} nor ${recordedDir} exists\n`);
    return 0;
  }
  return options.caseNames.length === 0 ? runAll(options) : runSome(options);
}

process.exitCode = await main(process.argv.slice(2));
