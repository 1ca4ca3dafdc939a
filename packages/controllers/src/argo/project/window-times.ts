import { CapstanError, isCapstanError } from '@capstan/errors';
import { parseDuration } from '@capstan/object';
import { parseSchedule, type Schedule } from './schedule.ts';
import type { ProjectSpec } from './project-spec.ts';
import { zoneOffset } from './time-zone.ts';

/** A sync window of a project. */
export type SyncWindow = NonNullable<ProjectSpec['syncWindows']>[number];

const NANOSECONDS_A_MILLISECOND = 1e6;

/** A window's schedule, and how long it stays open; milliseconds. Throws SPEC_INVALID with upstream's words. */
export function timesOf(window: SyncWindow): { readonly schedule: Schedule; readonly durationMs: number } {
  const { schedule = '', duration = '' } = window;
  return {
    schedule: withWords(() => parseSchedule(schedule), `cannot parse schedule '${schedule}'`),
    durationMs:
      Number(withWords(() => parseDuration(duration), `cannot parse duration '${duration}'`)) /
      NANOSECONDS_A_MILLISECOND,
  };
}

/**
 * Whether a window is open at a moment (milliseconds since the epoch). Its schedule is read on the clocks of its zone as
 * they stand at that moment. A schedule that never falls due is always open, as upstream has it. Throws SPEC_INVALID.
 * Source: argoproj/argo-cd SyncWindow.active.
 */
export function isOpen(window: SyncWindow, now: number): boolean {
  const { schedule, durationMs } = timesOf(window);
  const wall = now + zoneOffset(window.timeZone ?? '', now);
  const start = schedule.next(wall - durationMs);
  return start === undefined || start < wall;
}

/**
 * The next moment after `now` at which a window may open or close; undefined where it never does. Windows that overlap
 * themselves do neither then: whoever waits looks again. Throws SPEC_INVALID.
 */
export function nextEdge(window: SyncWindow, now: number): number | undefined {
  const { schedule, durationMs } = timesOf(window);
  const offset = zoneOffset(window.timeZone ?? '', now);
  const wall = now + offset;
  const running = schedule.next(wall - durationMs);
  // Both ends are open: a window begins right after its schedule falls due.
  const opens = schedule.next(wall - 1);
  const edges = [
    ...(running !== undefined && running < wall ? [running + durationMs] : []),
    ...(opens === undefined ? [] : [opens + 1]),
  ].filter((edge) => edge > wall);
  return edges.length === 0 ? undefined : Math.min(...edges) - offset;
}

function withWords<T>(read: () => T, words: string): T {
  try {
    return read();
  } catch (error) {
    if (!isCapstanError(error, 'SPEC_INVALID', 'DURATION_INVALID')) throw error;
    throw new CapstanError('SPEC_INVALID', `${words}: ${error.message}`);
  }
}
