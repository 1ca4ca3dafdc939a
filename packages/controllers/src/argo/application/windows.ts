import { isCapstanError } from '@capstan/errors';
import type { OperationState } from '../operation/state.ts';
import { canSync, nextChange, type WindowQuestion } from '../project/sync-windows.ts';
import { matchingWindows } from '../project/window-matches.ts';
import type { SyncWindow } from '../project/window-times.ts';
import type { Permit, Run } from './run.ts';

/** The longest wait for a window: timers do not count for ever. */
const MAX_WAIT_MS = 24 * 60 * 60_000;

/** Sync windows that keep a sync out. */
export interface ClosedWindows {
  /** Why they cannot be read; undefined where they can: then they are closed. */
  readonly problem: string | undefined;
  /** When to ask again, milliseconds from now; undefined where time changes nothing. */
  readonly afterMs: number | undefined;
}

/** Whether windows keep automation from starting a sync now; undefined where they do not. */
export function closedToAutomation(run: Run, permit: Permit): ClosedWindows | undefined {
  return closed(run, permit, { manual: false });
}

/** Whether windows keep an operation from going on; undefined where they do not. */
export function closedToOperation(run: Run, permit: Permit, state: OperationState): ClosedWindows | undefined {
  return closed(run, permit, questionOf(state));
}

/**
 * When windows that let an operation go on may keep it from that, milliseconds from now: it says so then, though nothing
 * else happens. Infinity where time changes nothing.
 */
export function closesAfter(run: Run, permit: Permit, state: OperationState): number {
  const windows = windowsOf(run, permit);
  const question = { ...questionOf(state), now: run.shared.engine.clock.now() };
  if (windows.length === 0 || !canSync(windows, question)) return Infinity;
  return waitFor(windows, question) ?? Infinity;
}

function questionOf(state: OperationState): Omit<WindowQuestion, 'now'> {
  return { manual: state.operation.initiatedBy?.automated !== true, startedAt: Date.parse(state.startedAt) };
}

function closed(run: Run, permit: Permit, asked: Omit<WindowQuestion, 'now'>): ClosedWindows | undefined {
  const windows = windowsOf(run, permit);
  if (windows.length === 0) return undefined;
  const question = { ...asked, now: run.shared.engine.clock.now() };
  try {
    return canSync(windows, question) ? undefined : { problem: undefined, afterMs: waitFor(windows, question) };
  } catch (error) {
    if (!isCapstanError(error, 'SPEC_INVALID')) throw error;
    return { problem: error.message, afterMs: undefined };
  }
}

/** How long to wait until the answer for a sync changes; undefined where it never does. Throws SPEC_INVALID. */
function waitFor(windows: readonly SyncWindow[], question: WindowQuestion): number | undefined {
  const change = nextChange(windows, question);
  return change === undefined ? undefined : Math.min(Math.max(change.at - question.now, 0), MAX_WAIT_MS);
}

/** The project's windows that speak of the Application. */
function windowsOf(run: Run, permit: Permit): readonly SyncWindow[] {
  const { ref, spec } = run.application;
  const { server = '', name = '', namespace = '' } = spec.destination;
  return matchingWindows(permit.project.syncWindows ?? [], { name: ref.name, server, cluster: name, namespace });
}
