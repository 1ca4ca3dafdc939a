// `npm test`: every *.test.ts under Node's own runner. `npm test -- PATH…` runs those under PATH only; `--coverage`
// prints coverage; `--name TEXT` runs the tests whose name holds TEXT. It ends with `N passed, N failed, N skipped`.
import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { coverage: { type: 'boolean', default: false }, name: { type: 'string' }, concurrency: { type: 'string' } },
});

const wanted = positionals.map((path) => relative(root, resolve(process.env['INIT_CWD'] ?? process.cwd(), path)));
const files = globSync(
  [
    'packages/*/src/**/*.test.ts',
    'scripts/**/*.test.ts',
    'conformance/**/*.test.ts',
    'fuzz/**/*.test.ts',
    'e2e/**/*.test.ts',
  ],
  { cwd: root },
)
  .filter(
    (file) =>
      !file.includes('node_modules') &&
      (wanted.length === 0 || wanted.some((path) => file === path || file.startsWith(`${path}/`))),
  )
  .sort();

if (files.length === 0) {
  process.stderr.write(`no test files under ${wanted.join(', ')}\n`);
  process.exit(2);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const stream = run({
  files: files.map((file) => resolve(root, file)),
  concurrency: values.concurrency === undefined ? availableParallelism() : Number(values.concurrency),
  coverage: values.coverage,
  coverageIncludeGlobs: ['packages/*/src/**/*.ts'],
  coverageExcludeGlobs: ['**/*.test.ts', '**/generated/**'],
  ...(values.name === undefined ? {} : { testNamePatterns: [values.name] }),
});
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return;
  if (event.skip !== undefined && event.skip !== false) counts.skipped++;
  else counts.passed++;
});
stream.on('test:fail', (event) => {
  const error: unknown = event.details.error;
  const onlyItsTests = error instanceof Error && 'failureType' in error && error.failureType === 'subtestsFailed';
  if (event.details.type !== 'suite' || !onlyItsTests) counts.failed++;
});
stream.compose(spec()).pipe(process.stdout);
stream.on('end', () => {
  process.on('exit', () =>
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`),
  );
  process.exitCode = counts.failed === 0 ? 0 : 1;
});
