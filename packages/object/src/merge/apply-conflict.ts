import { encodeJson } from '../json/encode-json.ts';
import { formatPath, type Path } from '../fieldpath/path-element.ts';
import { conflictsByManager, type Conflict } from './conflict.ts';
import type { ManagedFields, ManagerIdentity, ManagerRecord } from './managed-entries.ts';

/** A field that applying would take from the manager that owns it. `field` is the path as Kubernetes shows it. */
export interface ApplyConflict {
  readonly manager: ManagerIdentity;
  readonly path: Path;
  readonly field: string;
  /** The message of the cause in the API server's answer: `conflict with "kubectl" using apps/v1`. */
  readonly message: string;
}

/** The conflicts with who they are with, and the message of the API server's answer (409, reason Conflict). */
export interface ApplyConflicts {
  readonly conflicts: readonly ApplyConflict[];
  readonly message: string;
}

/** Puts names to the managers of conflicts. */
export function describeConflicts(conflicts: readonly Conflict[], managed: ManagedFields): ApplyConflicts {
  const show = (id: string): string => showManager(managed.records.get(id), id);
  const described: ApplyConflict[] = [];
  for (const { manager, path } of conflicts) {
    const identity = managed.records.get(manager)?.identity ?? unknownManager(manager);
    described.push({ manager: identity, path, field: formatPath(path), message: `conflict with ${show(manager)}` });
  }
  return { conflicts: described, message: messageOf(conflicts, show) };
}

function messageOf(conflicts: readonly Conflict[], show: (id: string) => string): string {
  const [only] = conflicts;
  if (only !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${show(only.manager)}: ${formatPath(only.path)}`;
  }
  const lines: string[] = [];
  for (const [manager, paths] of conflictsByManager(conflicts)) {
    lines.push(`conflicts with ${show(manager)}:`, ...paths.map((path) => `- ${formatPath(path)}`));
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function showManager(record: ManagerRecord | undefined, id: string): string {
  const quoted = (text: string): string => encodeJson(text, { escapeHtml: false });
  if (record === undefined) return quoted(id);
  const { manager, subresource, operation, apiVersion } = record.identity;
  const name = subresource === '' ? quoted(manager) : `${quoted(manager)} with subresource ${quoted(subresource)}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}

function unknownManager(manager: string): ManagerIdentity {
  return { manager, operation: 'Update', apiVersion: '', subresource: '' };
}
