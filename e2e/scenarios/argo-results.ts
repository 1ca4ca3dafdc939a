import { textAt, uidOf } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { ended, mustStand } from '../argo-operation.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const LOCAL = 'https://kubernetes.default.svc';

function binding(world: World, role: string): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${role}}
subjects: [{kind: ServiceAccount, name: default, namespace: ${world.namespace}}]
`;
}

/** What operations say of single objects, and why some are not begun. */
export const argoResultScenarios: readonly Scenario[] = [
  scenario(
    'argo: an object for which nobody names a namespace is told, and nothing is synced',
    'argo',
    async (world) => {
      await world.repository.commit({ 'app/one.yaml': configMap('one', {}) }, 'first');
      const app = await world.app('argo', {
        path: 'app',
        retry: { limit: 0 },
        spec: { destination: { server: LOCAL } },
      });
      const words = 'Namespace for one /v1, Kind=ConfigMap is missing.';
      await app.complains(new RegExp(`^InvalidSpecError ${words}$`));
      await ended(world, app, 'Error', new RegExp(`^InvalidSpecError: ${words}$`));
      await world.settled(app.ref, app);
      const second = await world.repository.commit(
        { 'app/one.yaml': configMap('one', {}).replace('{name: one,', `{name: one, namespace: ${world.namespace},`) },
        'with a namespace',
      );
      await app.refresh();
      await app.applied(second);
      await mustStand(world, 'ConfigMap', 'one', true, 'its namespace is named');
    },
  ),
  scenario('argo: a binding that is to bind to another role is made anew', 'argo', async (world) => {
    const role = (name: string): string =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: ${name}}\nrules: [{apiGroups: [''], resources: [pods], verbs: [get]}]\n`;
    const roles = `${role('first')}---\n${role('second')}`;
    const first = await world.repository.commit(
      { 'app/roles.yaml': roles, 'app/binding.yaml': binding(world, 'first') },
      'first',
    );
    const app = await world.app('argo', { path: 'app' });
    await app.applied(first);
    const ref = world.ref('RoleBinding', 'readers');
    const roleRef = world.ref('Role', 'first');
    const [bindingBefore, roleBefore] = [await world.view.live(ref), await world.view.live(roleRef)];
    const second = await world.repository.commit({ 'app/binding.yaml': binding(world, 'second') }, 'second');
    await app.refresh();
    await app.applied(second);
    const after = await world.view.live(ref);
    if (textAt(after, 'roleRef', 'name') !== 'second') throw new Error('it binds to the same role as before');
    if (uidOf(after) === uidOf(bindingBefore)) throw new Error('it was not made anew');
    if (uidOf(await world.view.live(roleRef)) !== uidOf(roleBefore)) throw new Error('a role was made anew, too');
  }),
];
