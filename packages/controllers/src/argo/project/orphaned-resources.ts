import { matchesGlob } from '@capstan/expressions/glob';
import type { ObjectRef } from '@capstan/object';
import type { ProjectSpec } from './project-spec.ts';

/**
 * Whether an object that no Application claims is left out of the orphaned ones: what every namespace has by itself, and
 * what the project ignores. Source: argoproj/argo-cd controller isKnownOrphanedResourceExclusion.
 */
export function isIgnoredOrphan(project: ProjectSpec, { group, kind, namespace, name }: ObjectRef): boolean {
  if (group === '') {
    if (kind === 'Service' && namespace === 'default' && name === 'kubernetes') return true;
    if (kind === 'ServiceAccount' && name === 'default') return true;
    if (kind === 'ConfigMap' && name === 'kube-root-ca.crt') return true;
  }
  return (project.orphanedResources?.ignore ?? []).some(
    (rule) =>
      ((rule.kind ?? '') === '' || matchesGlob(rule.kind ?? '', kind)) &&
      matchesGlob(rule.group ?? '', group) &&
      ((rule.name ?? '') === '' || matchesGlob(rule.name ?? '', name)),
  );
}
