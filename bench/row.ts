/** A figure. `ratio` is the peer's figure divided by ours: above 1 we need less. */
export interface Row {
  readonly benchmark: string;
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
  readonly peer?: string;
  readonly peerValue?: number;
  readonly ratio?: number;
}

/** A row beside a peer's figure. */
export function beside(row: Row, peer: string, peerValue: number): Row {
  return { ...row, peer, peerValue, ratio: row.value === 0 ? Infinity : round(peerValue / row.value) };
}

/** Three significant digits; whole numbers stay what they are. */
export function round(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(3));
}

/** The middle of some values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** One set of rows of several runs: each figure is the median of theirs. */
export function medians(runs: readonly (readonly Row[])[]): readonly Row[] {
  const [first = []] = runs;
  return first.map((row) => {
    const same = runs.flat().filter(({ metric }) => metric === row.metric);
    const middle = { ...row, value: round(median(same.map(({ value }) => value))) };
    return row.peer === undefined || row.peerValue === undefined ? middle : beside(middle, row.peer, row.peerValue);
  });
}
