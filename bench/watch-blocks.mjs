// Preloaded into the controllers (`?to=FILE`): writes down the milliseconds of each time that their one thread computed for
// so long that nothing else could run. It is the thread's CPU that counts: what others take from us is no block.
// Plain JavaScript: a file of TypeScript would have types to be stripped, which is 15 MiB of what is measured.
import { appendFileSync } from 'node:fs';

const TICK_MS = 20;
const BLOCK_MS = 50;

const file = new URL(import.meta.url).searchParams.get('to');
if (file !== null) {
  const used = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  // Loading the program is one long stretch, during which nobody waits for anything: it is not counted.
  let before = Infinity;
  setInterval(() => {
    const now = used();
    if (now - before > BLOCK_MS) appendFileSync(file, `${(now - before).toFixed(0)}\n`);
    before = now;
  }, TICK_MS).unref();
}
