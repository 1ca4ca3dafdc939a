import type { Target } from '../e2e/target.ts';
import { treeUse } from './process-tree.ts';
import { round, type Row } from './row.ts';
import { createApps, isDone, setStage, untilAll } from './stage.ts';

const APPS = 250;
const SECONDS = 60;
/** Workers of the pool without work go after half a minute; what is at rest is what is left then. */
const SETTLING_SECONDS = 40;

/** 1,000 objects in 250 apps at rest for a minute: what is written, asked, used. */
export async function steady(
  target: Target,
  dialect: 'argo' | 'flux',
  say: (text: string) => void,
  apps = APPS,
): Promise<readonly Row[]> {
  const benchmark = `steady/${dialect}`;
  const stage = await setStage(target, dialect, apps);
  try {
    say(`${benchmark}: ${apps} apps of four objects`);
    await createApps(stage, dialect, apps);
    await untilAll(stage, dialect, apps, (app) => isDone(dialect, app));
    await sleep(SETTLING_SECONDS);
    say(`${benchmark}: at rest for ${SECONDS} s`);
    const before = {
      requests: await stage.requests(),
      writes: await stage.writes(),
      cpu: treeUse(stage.controllers.pid).cpuSeconds,
    };
    await sleep(SECONDS);
    const after = treeUse(stage.controllers.pid);
    return [
      { benchmark, metric: 'writes', unit: '', value: (await stage.writes()) - before.writes },
      { benchmark, metric: 'requests', unit: '', value: (await stage.requests()) - before.requests },
      {
        benchmark,
        metric: 'cpu',
        unit: '% of a core',
        value: round(((after.cpuSeconds - before.cpu) / SECONDS) * 100),
      },
      { benchmark, metric: 'rss', unit: 'MiB', value: round(after.rssMebibytes) },
      { benchmark, metric: 'rss-an-object', unit: 'kB', value: round((after.rssMebibytes * 1024) / (apps * 4)) },
    ];
  } finally {
    await stage.close();
  }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
