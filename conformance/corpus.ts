/** What one case came to. A skipped case has not passed: it says what it needs that is not here. */
export type CaseResult =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'failed'; readonly detail: string }
  | { readonly outcome: 'skipped'; readonly needs: string };

/** A case with its stable name; `input` is handed to `Corpus.run` as it is. */
export interface NamedCase {
  readonly name: string;
  readonly input: unknown;
}

/** Where corpora are found, and on what they run. */
export interface Environment {
  /** Folder of `CORPUS.json` files. */
  readonly conformanceDir: string;
  /** Folder of recorded scenarios, one folder a corpus. */
  readonly recordedDir: string;
  /** A cluster to replay scenarios on, instead of the sandbox. */
  readonly kubeconfig?: string;
}

/**
 * Upstream's cases of one subject, run on Capstan. Its cases stand in `CORPUS.json`, an array whose members have a
 * `name`, unless it supplies its own.
 */
export interface Corpus {
  readonly name: string;
  /** The corpus's own cases; undefined when what they are read from is absent. */
  cases?(): Promise<readonly NamedCase[] | undefined> | readonly NamedCase[] | undefined;
  /** How many cases may run at a time; one when absent. */
  readonly sideBySide?: number;
  /**
   * How many cases may stay below the floor without failing the run: where what is compared depends on when things
   * happened on another machine, a busy one may miss a case. They are told all the same. None when absent.
   */
  readonly slack?: number;
  /** Runs one case. What it throws fails the case. */
  run(testCase: unknown): Promise<CaseResult> | CaseResult;
  /** Frees what the cases shared; called once after the last. */
  close?(): Promise<void>;
}
