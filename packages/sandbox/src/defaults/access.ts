import { children, child, setDefault, type Draft } from './draft.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** Defaults of RoleBinding and ClusterRoleBinding. */
export function defaultBinding(binding: Draft): void {
  const role = child(binding, 'roleRef');
  if (role !== undefined && (role['apiGroup'] === undefined || role['apiGroup'] === '')) role['apiGroup'] = RBAC;
  for (const subject of children(binding, 'subjects')) {
    if (subject['kind'] === 'User' || subject['kind'] === 'Group') setDefault(subject, 'apiGroup', RBAC);
    if (subject['kind'] === 'ServiceAccount') {
      // The core group is stored as no group at all.
      if (subject['apiGroup'] === '') delete subject['apiGroup'];
    }
  }
}
