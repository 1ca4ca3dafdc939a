import { CapstanError, isCapstanError } from '@capstan/errors';
import { isOpen, nextEdge, type SyncWindow } from './window-times.ts';

/** A sync that windows are asked about. */
export interface WindowQuestion {
  /** Whether a person has asked for it, rather than automation. */
  readonly manual: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When it was started, where it runs already: then windows with `syncOverrun` let it go on. */
  readonly startedAt?: number;
}

/** How many openings and closings are looked through for the one that changes the answer. */
const MAX_EDGES = 500;

/** The windows that are open at a moment. Throws SPEC_INVALID. */
export function openWindows(windows: readonly SyncWindow[], now: number): readonly SyncWindow[] {
  return windows.filter((window) => isOpen(window, now));
}

/** The windows that allow syncs and are closed at a moment. Throws SPEC_INVALID. */
export function closedAllows(windows: readonly SyncWindow[], now: number): readonly SyncWindow[] {
  return windows.filter((window) => window.kind === 'allow' && !isOpen(window, now));
}

/** Whether all of the windows let manual syncs through; no for none. */
export function allManual(windows: readonly SyncWindow[]): boolean {
  return windows.length > 0 && windows.every(({ manualSync }) => manualSync === true);
}

/** Whether a kind of window is among these, and all of that kind let a sync that runs already go on. */
export function allowsOverrun(windows: readonly SyncWindow[], kind: 'allow' | 'deny'): boolean {
  const ofKind = windows.filter((window) => window.kind === kind);
  return ofKind.length > 0 && ofKind.every(({ syncOverrun }) => syncOverrun === true);
}

/** The windows that deny syncs. */
export function denies(windows: readonly SyncWindow[]): readonly SyncWindow[] {
  return windows.filter(({ kind }) => kind === 'deny');
}

/**
 * Whether the windows that speak of an Application let a sync begin, or go on. An open `deny` comes before everything;
 * an open `allow` lets in; closed ones alone keep out. Throws SPEC_INVALID for a window that cannot be read. Source:
 * argoproj/argo-cd SyncWindows.CanSync.
 */
export function canSync(windows: readonly SyncWindow[], { manual, now, startedAt }: WindowQuestion): boolean {
  const blocking = blockingWindows(windows, { manual, now });
  if (blocking.length === 0) return true;
  const [first] = blocking;
  if (startedAt === undefined || first === undefined) return false;
  // Those that block are of one kind.
  if (!allowsOverrun(blocking, first.kind === 'deny' ? 'deny' : 'allow')) return false;
  return blockingWindows(windows, { manual, now: startedAt }).length === 0;
}

/**
 * The windows that keep a sync from beginning: open ones that deny, or closed ones that allow where none is open. None
 * where it may begin. Throws SPEC_INVALID.
 */
export function blockingWindows(
  windows: readonly SyncWindow[],
  { manual, now }: WindowQuestion,
): readonly SyncWindow[] {
  return readable(() => {
    const open = openWindows(windows, now);
    const denying = denies(open);
    if (denying.length > 0) return manual && allManual(denying) ? [] : denying;
    if (open.some(({ kind }) => kind === 'allow')) return [];
    const closed = closedAllows(windows, now);
    return closed.length > 0 && manual && allManual(closed) ? [] : closed;
  });
}

/** When to ask again about a sync. */
export interface NextChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether the answer is another one then; no for windows that open and close so often that nobody looks further. */
  readonly changes: boolean;
}

/** When the answer for a sync changes; undefined where it never does. Throws SPEC_INVALID. */
export function nextChange(windows: readonly SyncWindow[], question: WindowQuestion): NextChange | undefined {
  const before = canSync(windows, question);
  let now = question.now;
  for (let count = 0; count < MAX_EDGES; count++) {
    const from = now;
    const edges = windows.flatMap((window) => nextEdge(window, from) ?? []);
    if (edges.length === 0) return undefined;
    now = Math.max(Math.ceil(Math.min(...edges)), from + 1);
    if (canSync(windows, { ...question, now }) !== before) return { at: now, changes: true };
  }
  return { at: now, changes: false };
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isCapstanError(error, 'SPEC_INVALID')) throw error;
    throw new CapstanError('SPEC_INVALID', `invalid sync windows: ${error.message}`);
  }
}
