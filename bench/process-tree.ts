import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second, as Linux counts CPU time in /proc. */
const TICKS = 100;

/** What a process and all its children use. */
export interface TreeUse {
  readonly cpuSeconds: number;
  readonly rssMebibytes: number;
  readonly processes: readonly ProcessUse[];
}

/** One process of a tree; what its ended children used is its own. */
export interface ProcessUse {
  readonly pid: number;
  readonly name: string;
  readonly cpuSeconds: number;
  readonly rssMebibytes: number;
}

interface Stat {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  readonly ticks: number;
  readonly childTicks: number;
}

/** CPU time and resident memory of a process and all below it, from /proc. Children that have ended count to their parents. */
export function treeUse(root: number): TreeUse {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat !== undefined);
  const wanted = new Set([root]);
  for (let grown = true; grown;) {
    grown = false;
    for (const stat of all) {
      if (wanted.has(stat.pid) || !wanted.has(stat.parent)) continue;
      wanted.add(stat.pid);
      grown = true;
    }
  }
  const processes = all
    .filter((stat) => wanted.has(stat.pid) && !isForking(stat))
    .map(({ pid, name, ticks }) => ({ pid, name, cpuSeconds: ticks / TICKS, rssMebibytes: rssOf(pid) / 1024 }));
  return {
    cpuSeconds: processes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    rssMebibytes: processes.reduce((sum, { rssMebibytes }) => sum + rssMebibytes, 0),
    processes,
  };
}

/** CPU time that the children of this process have used that have ended, theirs included. */
export function endedChildrenSeconds(): number {
  return (statOf(process.pid)?.childTicks ?? 0) / TICKS;
}

/** Watches the memory of a tree; `peak` is the tree as it was when the sum was highest. */
export function watchMemory(root: number, everyMs = 250): { peak(): TreeUse; stop(): void } {
  let peak = treeUse(root);
  const look = (): void => {
    const now = treeUse(root);
    if (now.rssMebibytes > peak.rssMebibytes) peak = now;
  };
  const timer = setInterval(look, everyMs);
  return { peak: () => peak, stop: () => clearInterval(timer) };
}

function statOf(pid: number): Stat | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name stands in brackets and may hold anything; the numbers come after it.
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [, parent, , , , , , , , , , user, system, childUser, childSystem] = fields.map(Number);
  const childTicks = (childUser ?? 0) + (childSystem ?? 0);
  return { pid, name, parent: parent ?? 0, ticks: (user ?? 0) + (system ?? 0) + childTicks, childTicks };
}

/** Whether a process has not begun its own program yet: until then all its memory is its parent's. */
function isForking({ pid, parent }: Stat): boolean {
  const own = readProc(`/proc/${pid}/cmdline`);
  return own !== undefined && own !== '' && own === readProc(`/proc/${parent}/cmdline`);
}

function rssOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readProc(`/proc/${pid}/status`) ?? '')?.[1] ?? 0);
}

// A process may end between being listed and being read.
function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return undefined;
    throw error;
  }
}
