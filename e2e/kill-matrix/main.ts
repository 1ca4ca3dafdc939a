// `npm run kill-matrix`: long scenarios whose controllers are killed (SIGKILL) before and after each of their writes and
// started again. Prints a line a story.
import { readArguments } from '../../scripts/read-arguments.ts';
import { runScenarios, type Outcome } from '../run-scenarios.ts';
import type { Scenario } from '../scenario.ts';
import { openTarget, startSandboxTarget, type Target } from '../target.ts';
import { argoStories } from './argo-stories.ts';
import { fluxStories } from './flux-stories.ts';
import { counted, killedAtWrite, type Kill } from './kill-at-write.ts';
import type { Story } from './story.ts';

const USAGE = `usage: npm run kill-matrix -- [--kubeconfig FILE] [--only TEXT …] [--dialect argo|flux] [--every N] [--patience N] [--verbose]
  kills the controllers before and after every N-th write of each story; without a kubeconfig on the sandbox;
  waits --patience times as long as usual for what must happen, on machines that are busy otherwise
examples:
  npm run kill-matrix -- --dialect flux
  npm run kill-matrix -- --only 'three waves' --every 3
`;

const { values } = readArguments(USAGE, {
  options: {
    kubeconfig: { type: 'string' },
    only: { type: 'string', multiple: true },
    dialect: { type: 'string' },
    every: { type: 'string', default: '1' },
    patience: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const stories = [...argoStories, ...fluxStories].filter(
  (story) =>
    (values.only?.some((text) => story.name.includes(text)) ?? true) &&
    (values.dialect === undefined || story.dialect === values.dialect),
);
const target =
  values.kubeconfig === undefined ? await startSandboxTarget() : await openTarget(values.kubeconfig, values.kubeconfig);
let failed = 0;
let kills = 0;
for (const story of stories) failed += await tell(target, story);
await target.close();
process.stdout.write(`${kills} kills in ${stories.length} stories, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** Plays a story once to count its writes, then once for each kill; resolves with how many did not end well. */
async function tell(on: Target, story: Story): Promise<number> {
  let writes = 0;
  const first = await run(on, [counted(story, (count) => (writes = count))]);
  if (first > 0) return first;
  let killed = 0;
  let missed = 0;
  const scenarios = killsOf(writes).map((kill) =>
    killedAtWrite(story, kill, (fate) => (fate === 'killed' ? killed++ : missed++)),
  );
  const bad = await run(on, scenarios);
  kills += killed;
  process.stdout.write(
    `${bad === 0 ? '✔' : '✖'} ${story.dialect}: ${story.name}: ${writes} writes, ${killed} kills, ${missed} never came, ${bad} failed\n`,
  );
  return bad;
}

function killsOf(writes: number): readonly Kill[] {
  const every = Math.max(1, Number(values.every));
  const all = Array.from({ length: writes }, (_, index) => index + 1).filter((write) => (write - 1) % every === 0);
  return all.flatMap((write) => (['before', 'after'] as const).map((when) => ({ write, when })));
}

async function run(on: Target, scenarios: readonly Scenario[]): Promise<number> {
  let bad = 0;
  await runScenarios({
    target: on,
    scenarios,
    concurrency: 1,
    verbose: values.verbose,
    patience: Math.max(1, Number(values.patience)),
    report: (scenario: Scenario, outcome: Outcome) => {
      if (outcome.kind === 'failed') {
        bad++;
        process.stdout.write(`  ✖ ${scenario.name}\n    ${outcome.error}\n`);
      } else process.stderr.write(`  ${outcome.kind} ${scenario.name}\n`);
    },
  });
  return bad;
}
