// `npm run e2e`: the end-to-end suite on the sandbox, or on a cluster. It ends with `N passed, N failed, N skipped`.
import { readArguments } from '../scripts/read-arguments.ts';
import { allScenarios } from './all-scenarios.ts';
import { runScenarios } from './run-scenarios.ts';
import { openTarget, startSandboxTarget } from './target.ts';

const USAGE = `usage: npm run e2e -- [--kubeconfig FILE] [--only TEXT …] [--dialect argo|flux] [--concurrency N] [--list] [--verbose]
  plays every scenario on the sandbox, or on the cluster of FILE
  --only TEXT       scenarios whose name holds TEXT
  --concurrency N   scenarios side by side; 4 when absent
  --list            prints the names
examples:
  npm run e2e -- --list
  npm run e2e -- --only 'hooks run' --kubeconfig ~/.kube/config
`;

const { values } = readArguments(USAGE, {
  options: {
    kubeconfig: { type: 'string' },
    only: { type: 'string', multiple: true },
    dialect: { type: 'string' },
    concurrency: { type: 'string', default: '4' },
    list: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

const scenarios = allScenarios.filter(
  (scenario) =>
    (values.only?.some((text) => scenario.name.includes(text)) ?? true) &&
    (values.dialect === undefined || scenario.dialect === values.dialect),
);
if (values.list) {
  process.stdout.write(scenarios.map((scenario) => `${scenario.name}\n`).join(''));
  process.exit(0);
}

// Children are ended on the way out.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const counts = { passed: 0, failed: 0, skipped: 0 };
const target =
  values.kubeconfig === undefined ? await startSandboxTarget() : await openTarget(values.kubeconfig, values.kubeconfig);
process.stderr.write(`${scenarios.length} scenarios on ${target.name}\n`);
await runScenarios({
  target,
  scenarios,
  concurrency: Number(values.concurrency),
  verbose: values.verbose,
  report: (scenario, outcome) => {
    counts[outcome.kind]++;
    switch (outcome.kind) {
      case 'passed':
        process.stdout.write(`✔ ${scenario.name} (${outcome.seconds.toFixed(1)} s)\n`);
        break;
      case 'failed':
        process.stdout.write(`✖ ${scenario.name} (${outcome.seconds.toFixed(1)} s)\n    ${outcome.error}\n`);
        break;
      case 'skipped':
        process.stdout.write(`﹣ ${scenario.name} (needs ${outcome.needs.join(', ')})\n`);
        break;
    }
  },
});
await target.close();
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;
