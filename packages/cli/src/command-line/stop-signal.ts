/** How often the launcher is looked for. */
const LAUNCHER_MS = 1_000;

/** A second signal sooner than this is the same one: a terminal sends it to us and to our launcher, which passes it on. */
const SAME_MS = 1_500;

/**
 * Resolves when this process has been asked to end: by SIGINT, SIGTERM or SIGHUP, or because the launcher that started
 * it is gone (it passes no signal on when it is killed). Who asks again, later, does not want to wait: the process ends.
 */
export function stopRequested(): Promise<string> {
  return new Promise((resolve) => {
    let asked = Infinity;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        const now = performance.now();
        if (now - asked > SAME_MS) process.exit(1);
        asked = Math.min(asked, now);
        resolve(signal);
      });
    const launcher = Number(process.env['CAPSTAN_LAUNCHER']);
    if (!Number.isInteger(launcher) || launcher !== process.ppid) return;
    const timer = setInterval(() => {
      if (process.ppid === launcher) return;
      clearInterval(timer);
      resolve('the launcher has ended');
    }, LAUNCHER_MS);
    timer.unref();
  });
}

/** Resolves when the process that holds the other end of our standard input has ended, however it did. */
export function parentGone(): Promise<string> {
  return new Promise((resolve) => {
    process.stdin.on('end', () => resolve('the parent has ended'));
    process.stdin.on('error', () => resolve('the parent has ended'));
    process.stdin.resume();
  });
}
