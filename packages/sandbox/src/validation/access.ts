import { deepEqual, getPath } from '@capstan/object';
import { objectAt, objectsAt, textAt } from '../simulate/read.ts';
import type { Check } from './workloads.ts';

/** Checks a Role or ClusterRole. */
export const checkRole: Check = (problems, role) => {
  for (const [index, rule] of objectsAt(role, 'rules').entries()) {
    const has = (key: string): boolean => {
      const list = getPath(rule, key);
      return Array.isArray(list) && list.length > 0;
    };
    const field = `rules[${index}]`;
    if (!has('verbs')) problems.required(`${field}.verbs`, 'verbs must contain at least one value');
    if (has('nonResourceURLs')) continue;
    if (!has('apiGroups')) problems.required(`${field}.apiGroups`, 'resource rules must supply at least one api group');
    if (!has('resources')) problems.required(`${field}.resources`, 'resource rules must supply at least one resource');
  }
};

/** Checks a RoleBinding or ClusterRoleBinding. */
export const checkBinding: Check = (problems, binding, old) => {
  const role = objectAt(binding, 'roleRef');
  const kinds = binding.kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  problems.oneOf('roleRef.kind', role['kind'] ?? '', kinds);
  if (textAt(role, 'name') === '') problems.required('roleRef.name');
  for (const [index, subject] of objectsAt(binding, 'subjects').entries()) {
    const field = `subjects[${index}]`;
    if (textAt(subject, 'name') === '') problems.required(`${field}.name`);
    problems.oneOf(`${field}.kind`, subject['kind'] ?? '', ['ServiceAccount', 'User', 'Group']);
    const needsNamespace = subject['kind'] === 'ServiceAccount' && binding.kind === 'ClusterRoleBinding';
    if (needsNamespace && textAt(subject, 'namespace') === '') problems.required(`${field}.namespace`);
  }
  if (old === undefined || deepEqual(role, objectAt(old, 'roleRef'))) return;
  const shown = { APIGroup: textAt(role, 'apiGroup'), Kind: textAt(role, 'kind'), Name: textAt(role, 'name') };
  problems.invalid('roleRef', shown, 'cannot change roleRef');
};
