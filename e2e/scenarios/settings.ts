import { startGitHost } from '@capstan/source';
import { getPath, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { removeObject, type App } from '../app.ts';
import { textAt, uidOf } from '../fields.ts';
import { configMap, deployment } from '../manifests.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const settingsMap: VersionedRef = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespace: 'argocd',
  name: 'argocd-cm',
};
const LABEL = 'app.kubernetes.io/instance';
const TRACKING = 'argocd.argoproj.io/tracking-id';

/** Declares a scenario that changes the settings, and so has controllers of its own. */
function withSettings(
  name: string,
  data: Readonly<Record<string, string>>,
  run: (world: World, set: (data: Readonly<Record<string, string>>) => Promise<void>) => Promise<void>,
): Scenario {
  return lonely(`argo: ${name}`, 'argo', async (world) => {
    const set = async (to: Readonly<Record<string, string>>): Promise<void> => {
      await removeObject(world.view, settingsMap);
      const labels = { 'app.kubernetes.io/part-of': 'argocd' };
      const metadata = { name: settingsMap.name, namespace: settingsMap.namespace, labels };
      await world.view.client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: to });
    };
    await set(data);
    try {
      await world.startControllers();
      await run(world, set);
    } finally {
      await world.clean();
      await removeObject(world.view, settingsMap);
    }
  });
}

function labelOf(object: KubernetesObject | undefined): string {
  return textAt(object, 'metadata', 'labels', LABEL);
}

/** A ConfigMap that somebody else made, with the label of the scenario's app. */
async function bystander(world: World, name: string, app: App, owner?: KubernetesObject): Promise<void> {
  const owners =
    owner === undefined
      ? {}
      : {
          ownerReferences: [
            { apiVersion: 'v1', kind: owner.kind, name: textAt(owner, 'metadata', 'name'), uid: uidOf(owner) },
          ],
        };
  await world.view.client.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: world.namespace, labels: { [LABEL]: app.ref.name }, ...owners },
  });
}

/** What argocd-cm changes of how Applications are compared and applied, and how repositories are reached. */
export const settingScenarios: readonly Scenario[] = [
  withSettings(
    'by a label, what Git has no more is pruned, and what somebody owns is not',
    { 'application.resourceTrackingMethod': 'label' },
    async (world, set) => {
      const one = world.ref('ConfigMap', 'one');
      const two = world.ref('ConfigMap', 'two');
      const first = await world.repository.commit(
        { 'app/one.yaml': configMap('one', { A: '1' }), 'app/two.yaml': configMap('two', { A: '1' }) },
        'first',
      );
      const app = await world.app('argo', { path: 'app' });
      await app.applied(first);
      const live = await world.view.live(one);
      if (labelOf(live) !== app.ref.name) throw new Error('the object does not bear the label');
      if (textAt(live, 'metadata', 'annotations', TRACKING) !== '') throw new Error('it bears the annotation');
      await bystander(world, 'owned', app, live);
      const second = await world.repository.commit({ 'app/two.yaml': null }, 'without two');
      await app.refresh();
      await app.applied(second);
      await world.view.until('what Git has no more is gone', two, (seen) => seen === undefined);
      if ((await world.view.live(world.ref('ConfigMap', 'owned'))) === undefined)
        throw new Error('what belongs to another object was pruned');
      // Switching to the annotation makes nothing out of sync, and the next sync writes it.
      await set({ 'application.resourceTrackingMethod': 'annotation' });
      await app.reconciled();
      await app.applied(second);
      const third = await world.repository.commit({ 'app/one.yaml': configMap('one', { A: '2' }) }, 'third');
      await app.refresh();
      await app.applied(third);
      const after = await world.view.live(one);
      if (textAt(after, 'metadata', 'annotations', TRACKING) === '') throw new Error('it does not bear the annotation');
      if (uidOf(after) !== uidOf(live)) throw new Error('it was made anew');
    },
  ),
  withSettings(
    'by both, the annotation decides, and the label is cut to what a label holds',
    { 'application.resourceTrackingMethod': 'annotation+label' },
    async (world) => {
      const files = { 'app/one.yaml': configMap('one', {}), 'app/two.yaml': configMap('two', {}) };
      const first = await world.repository.commit(files, 'first');
      const app = await world.app('argo', { path: 'app' }, 'x'.repeat(60));
      await app.applied(first);
      const one = await world.view.live(world.ref('ConfigMap', 'one'));
      const label = labelOf(one);
      if (label !== app.ref.name.slice(0, 63)) throw new Error(`it is labelled ${label}`);
      const id = textAt(one, 'metadata', 'annotations', TRACKING);
      if (!id.startsWith(`${app.ref.name}:`)) throw new Error(`it is tracked by ${id}`);
      await world.view.client.create({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'stranger', namespace: world.namespace, labels: { [LABEL]: label } },
      });
      const second = await world.repository.commit({ 'app/two.yaml': null }, 'without two');
      await app.refresh();
      await world.view.until('two is pruned', world.ref('ConfigMap', 'two'), (seen) => seen === undefined);
      await app.applied(second);
      if ((await world.view.live(world.ref('ConfigMap', 'stranger'))) === undefined)
        throw new Error('an object that bears the label alone was pruned');
    },
  ),
  withSettings(
    'a kind that is excluded is left alone and named, and applied once it is excluded no more',
    { 'resource.exclusions': '- apiGroups: [""]\n  kinds: [ConfigMap]\n  clusters: ["https://kubernetes*"]\n' },
    async (world, set) => {
      const settings = world.ref('ConfigMap', 'settings');
      await world.repository.commit(
        { 'app/settings.yaml': configMap('settings', { A: '1' }), 'app/web.yaml': deployment('web') },
        'first',
      );
      const app = await world.app('argo', { path: 'app' });
      await app.complains(/ExcludedResourceWarning Resource \/ConfigMap settings is excluded in the settings/);
      await world.view.present('the rest is applied', world.ref('Deployment', 'web'));
      if ((await world.view.live(settings)) !== undefined) throw new Error('an excluded kind was applied');
      await set({});
      await world.view.present('it is excluded no more', settings);
    },
  ),
  withSettings(
    'where kinds are named that alone are managed, all others are left alone and named',
    { 'resource.inclusions': '- apiGroups: [""]\n  kinds: [ConfigMap]\n  clusters: ["*"]\n' },
    async (world, set) => {
      const web = world.ref('Deployment', 'web');
      await world.repository.commit(
        { 'app/settings.yaml': configMap('settings', { A: '1' }), 'app/web.yaml': deployment('web') },
        'first',
      );
      const app = await world.app('argo', { path: 'app' });
      await app.complains(/ExcludedResourceWarning Resource apps\/Deployment web is excluded in the settings/);
      await world.view.present('what is named is applied', world.ref('ConfigMap', 'settings'));
      if ((await world.view.live(web)) !== undefined) throw new Error('a kind that is not named was applied');
      await set({});
      await world.view.present('all kinds are managed again', web);
    },
  ),
  withSettings(
    'a setting that cannot be read is named, and nothing is changed until it is mended',
    { 'resource.exclusions': '- kinds: ConfigMap\n' },
    async (world, set) => {
      const settings = world.ref('ConfigMap', 'settings');
      const first = await world.repository.commit({ 'app/settings.yaml': configMap('settings', { A: '1' }) }, 'first');
      const app = await world.app('argo', { path: 'app' });
      await app.complains(
        /ComparisonError the settings cannot be read: argocd-cm: resource\.exclusions: kinds must be a list/,
      );
      if ((await world.view.live(settings)) !== undefined) throw new Error('it was applied all the same');
      await set({ 'resource.exclusions': '[]' });
      await app.applied(first);
    },
  ),
  withSettings(
    'an installation with an id knows its own objects and no others',
    { installationID: 'east' },
    async (world) => {
      const first = await world.repository.commit(
        { 'app/one.yaml': configMap('one', { A: '1' }), 'app/two.yaml': configMap('two', { A: '1' }) },
        'first',
      );
      const app = await world.app('argo', { path: 'app' });
      await app.applied(first);
      const live = await world.view.live(world.ref('ConfigMap', 'one'));
      if (textAt(live, 'metadata', 'annotations', 'argocd.argoproj.io/installation-id') !== 'east')
        throw new Error('it does not bear the installation');
      const id = `${app.ref.name}:/ConfigMap:${world.namespace}/others`;
      await world.view.client.create({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'others', namespace: world.namespace, annotations: { [TRACKING]: id } },
      });
      const second = await world.repository.commit({ 'app/two.yaml': null }, 'without two');
      await app.refresh();
      await app.applied(second);
      await world.view.until('its own is gone', world.ref('ConfigMap', 'two'), (seen) => seen === undefined);
      if ((await world.view.live(world.ref('ConfigMap', 'others'))) === undefined)
        throw new Error('an object of another installation was pruned');
    },
  ),
  withSettings(
    'where the cluster that Applications live in is disabled, none of them goes there',
    { 'cluster.inClusterEnabled': 'false' },
    async (world, set) => {
      const settings = world.ref('ConfigMap', 'settings');
      const first = await world.repository.commit({ 'app/settings.yaml': configMap('settings', { A: '1' }) }, 'first');
      const app = await world.app('argo', { path: 'app' });
      await app.complains(/InvalidSpecError .*cluster "https:\/\/kubernetes\.default\.svc" is disabled/);
      if ((await world.view.live(settings)) !== undefined) throw new Error('it was applied all the same');
      await set({});
      await app.applied(first);
    },
  ),
  scenario(
    'argo: a repository that asks for a password is read with a template for its address',
    'argo',
    async (world) => {
      const password = `s3cret-${world.namespace}`;
      const host = await startGitHost({ root: world.folder, port: 0, auth: { username: 'me', password } });
      const secret: VersionedRef = {
        group: '',
        version: 'v1',
        kind: 'Secret',
        namespace: 'argocd',
        name: `${world.namespace}-creds`,
      };
      try {
        const first = await world.repository.commit(
          { 'app/settings.yaml': configMap('settings', { A: '1' }) },
          'first',
        );
        const app = await world.app('argo', { path: 'app', url: `${host.url}/repo.git` });
        await app.complains(/ComparisonError Failed to load target state: .*authentication required/);
        const base64 = (text: string): string => Buffer.from(text).toString('base64');
        await world.view.client.create({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: {
            name: secret.name,
            namespace: secret.namespace,
            labels: { 'argocd.argoproj.io/secret-type': 'repo-creds' },
          },
          data: { url: base64(host.url), username: base64('me'), password: base64(password) },
        });
        await app.applied(first);
        const said = JSON.stringify(getPath((await world.view.live(app.ref)) ?? {}, 'status'));
        if (said.includes(password)) throw new Error('the password stands in status');
      } finally {
        await removeObject(world.view, secret);
        await host.close();
      }
    },
  ),
];
