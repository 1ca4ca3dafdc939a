import type { ApiRequest } from './api-request.ts';

/** What is done to a request. */
export type Fault =
  /** Answered by the proxy; the server sees nothing. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** Passed on after so long. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Passed on once the promise has resolved. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** The connection breaks before the server has seen the request. */
  | { readonly kind: 'drop' }
  /** The server acts on it; the connection breaks instead of an answer. */
  | { readonly kind: 'lose-reply' }
  /** The server acts on it, `acted` is called, and the answer waits until the promise has resolved. */
  | { readonly kind: 'hold-reply'; readonly acted: () => void; readonly until: Promise<unknown> }
  /** The connection breaks after so many bytes of the answer's body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Nothing more comes after so many bytes of the answer's body; the connection stays open. */
  | { readonly kind: 'silence'; readonly afterBytes: number };

/** Which requests meet a fault. */
export interface FaultRule {
  readonly match: (request: ApiRequest) => boolean;
  readonly fault: Fault;
  /** So many matching requests pass unharmed first. */
  readonly skip?: number;
  /** So many meet the fault after that; all when absent. */
  readonly times?: number;
}

/** The rules of a proxy. The first that matches a request and is not spent decides. */
export interface FaultRules {
  /** Adds a rule; returns the function that takes it away. */
  add(rule: FaultRule): () => void;
  clear(): void;
  /** The fault for a request; counts it against the rules. */
  decide(request: ApiRequest): Fault | undefined;
}

/** Makes an empty set of rules. */
export function faultRules(): FaultRules {
  const rules = new Set<{ readonly rule: FaultRule; seen: number }>();
  return {
    add: (rule) => {
      const entry = { rule, seen: 0 };
      rules.add(entry);
      return () => void rules.delete(entry);
    },
    clear: () => rules.clear(),
    decide: (request) => {
      for (const entry of rules) {
        const { match, skip = 0, times = Infinity, fault } = entry.rule;
        if (!match(request)) continue;
        const at = entry.seen++;
        if (at >= skip && at < skip + times) return fault;
      }
      return undefined;
    },
  };
}
