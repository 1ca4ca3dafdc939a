import { FieldSet } from '../fieldpath/field-set.ts';
import { formatPath, type Path } from '../fieldpath/path-element.ts';
import { compareUtf8 } from '../json/compare-utf8.ts';

/** A field that would be taken from the manager that owns it. */
export interface Conflict {
  readonly manager: string;
  readonly path: Path;
}

/** The conflicts over all paths of a set with one manager. */
export function conflictsOf(manager: string, set: FieldSet): readonly Conflict[] {
  return [...set.paths()].map((path) => ({ manager, path }));
}

/** The paths of all conflicts. */
export function conflictSet(conflicts: readonly Conflict[]): FieldSet {
  return FieldSet.of(...conflicts.map(({ path }) => path));
}

/** Conflicts by manager, managers in the order of their names. */
export function conflictsByManager(conflicts: readonly Conflict[]): ReadonlyMap<string, readonly Path[]> {
  const byManager = new Map<string, Path[]>();
  const managers = [...new Set(conflicts.map(({ manager }) => manager))].sort(compareUtf8);
  for (const manager of managers) byManager.set(manager, []);
  for (const { manager, path } of conflicts) byManager.get(manager)?.push(path);
  return byManager;
}

/** Conflicts as people read them: one line for one, else a list for each manager. */
export function formatConflicts(
  conflicts: readonly Conflict[],
  showManager: (manager: string) => string = (manager) => JSON.stringify(manager),
): string {
  const [only] = conflicts;
  if (only !== undefined && conflicts.length === 1) {
    return `conflict with ${showManager(only.manager)}: ${formatPath(only.path)}`;
  }
  const lines: string[] = [];
  for (const [manager, paths] of conflictsByManager(conflicts)) {
    lines.push(`conflicts with ${showManager(manager)}:`, ...paths.map((path) => `- ${formatPath(path)}`));
  }
  return lines.join('\n');
}
