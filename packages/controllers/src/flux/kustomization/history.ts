/** An entry of `status.history`: what was built, how it went, how often. */
export interface HistoryEntry {
  readonly digest: string;
  readonly firstReconciled: string;
  readonly lastReconciled: string;
  readonly lastReconciledDuration: string;
  readonly lastReconciledStatus: string;
  readonly totalReconciliations: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A reconcile to be recorded. */
export interface HistoryInput {
  readonly digest: string;
  readonly status: string;
  readonly now: string;
  readonly duration: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const MAX_ENTRIES = 5;

/** Counts a reconcile up where digest and status are those of an entry, else begins one; newest first, five at most. */
export function recordHistory(history: readonly HistoryEntry[], input: HistoryInput): readonly HistoryEntry[] {
  const matches = (entry: HistoryEntry): boolean =>
    entry.digest === input.digest && entry.lastReconciledStatus === input.status;
  const before = history.find(matches);
  const entry: HistoryEntry = {
    digest: input.digest,
    firstReconciled: before?.firstReconciled ?? input.now,
    lastReconciled: input.now,
    lastReconciledDuration: input.duration,
    lastReconciledStatus: input.status,
    totalReconciliations: (before?.totalReconciliations ?? 0) + 1,
    metadata: input.metadata,
  };
  return [entry, ...history.filter((other) => !matches(other))].slice(0, MAX_ENTRIES);
}
