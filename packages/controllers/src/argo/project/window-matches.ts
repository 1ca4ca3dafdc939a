import { matchesPattern } from './patterns.ts';
import type { SyncWindow } from './window-times.ts';

/** What windows are matched against: an Application's name, and its destination as its spec writes it. */
export interface WindowSubject {
  readonly name: string;
  readonly server: string;
  readonly cluster: string;
  readonly namespace: string;
}

/**
 * The windows that speak of an Application: by its name, its cluster (name or address) or its namespace; with
 * `andOperator` by all of these that the window lists. Source: argoproj/argo-cd SyncWindows.Matches.
 */
export function matchingWindows(windows: readonly SyncWindow[], subject: WindowSubject): readonly SyncWindow[] {
  return windows.filter((window) => speaksOf(window, subject));
}

function speaksOf(window: SyncWindow, { name, server, cluster, namespace }: WindowSubject): boolean {
  const lists: readonly (readonly [readonly string[], (pattern: string) => boolean])[] = [
    [window.applications ?? [], (pattern) => matchesPattern(pattern, name)],
    [
      window.clusters ?? [],
      (pattern) =>
        (cluster !== '' && matchesPattern(pattern, cluster)) || (server !== '' && matchesPattern(pattern, server)),
    ],
    [window.namespaces ?? [], (pattern) => matchesPattern(pattern, namespace)],
  ];
  const results = lists.filter(([patterns]) => patterns.length > 0).map(([patterns, takes]) => patterns.some(takes));
  if (window.andOperator === true) return results.length > 0 && !results.includes(false);
  return results.includes(true);
}
