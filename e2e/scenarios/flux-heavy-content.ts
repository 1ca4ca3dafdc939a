import type { JsonObject } from '@capstan/object';
import { entriesAt, textAt } from '../fields.ts';
import { asTenant, into } from '../flux-tenant.ts';
import { configMap } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';

const kustomization = (text: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}`;

/** Aliases of aliases: a few hundred bytes that stand for a thousand million words. */
const aliases = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  .concat(
    Array.from({ length: 8 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}*a${index}]`),
  )
  .join('\n');

const ten = '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]';
/** Ten million million steps. */
const loops = 'abcdefghijklm'.split('').reduce((inner, name) => `${ten}.all(${name}, ${inner})`, 'true');

/** A tenant's content, with what the spec asks for, and what is said of it. */
const heavy: Readonly<
  Record<
    string,
    { readonly files: Readonly<Record<string, string>>; readonly spec?: JsonObject; readonly says: RegExp }
  >
> = {
  aliases: {
    files: { 'one.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n${aliases}\n` },
    says: /BuildFailed/,
  },
  depth: {
    files: { 'one.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: ${'['.repeat(50_000)}\n` },
    says: /BuildFailed/,
  },
  itself: { files: { 'kustomization.yaml': kustomization('resources: [../itself]\n') }, says: /BuildFailed/ },
  circle: {
    files: {
      'kustomization.yaml': kustomization('resources: [other]\n'),
      'other/kustomization.yaml': kustomization('resources: [..]\n'),
    },
    says: /BuildFailed/,
  },
  substitution: {
    files: {
      'one.yaml': configMap(
        'a',
        Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, '${v}'])),
      ),
    },
    spec: { postBuild: { substitute: { v: 'x'.repeat(100_000) } } },
    says: /BuildFailed/,
  },
  expression: {
    files: { 'one.yaml': configMap('a', {}) },
    spec: { healthCheckExprs: [{ apiVersion: 'v1', kind: 'ConfigMap', current: loops }] },
    says: /InvalidCELExpression|HealthCheckFailed|ReconciliationFailed/,
  },
};

/** Content that asks for too much. */
export const fluxHeavyContentScenarios: readonly Scenario[] = [
  scenario('flux: content that would take for ever fails by itself, and delays no neighbour', 'flux', async (world) => {
    const files: Record<string, string> = { 'good/good.yaml': configMap('good', { a: '0' }) };
    for (const [name, { files: own }] of Object.entries(heavy))
      for (const [file, text] of Object.entries(own)) files[`${name}/${file}`] = text;
    const first = await world.repository.commit(files, 'first');
    const good = await world.app('flux', { path: 'good' }, 'good');
    await good.applied(first);
    for (const [name, { spec = {}, says }] of Object.entries(heavy)) {
      const bad = await world.app('flux', { path: name, spec: { timeout: '30s', ...spec } }, name);
      const next = await world.repository.commit({ 'good/good.yaml': configMap('good', { a: name }) }, name);
      await good.refresh();
      await good.applied(next);
      await bad.complains(says, 100_000);
    }
  }),
  scenario('flux: a value becomes no object and no field of another, whatever stands in it', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const text =
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n  annotations:\n    note: ${note}\ndata:\n  a: ${value}\n';
      const commit = await world.repository.commit({ 'app/one.yaml': into(world.namespace, text) }, 'first');
      const plain = { value: 'one', note: 'plain' };
      const app = await tenant.app({ postBuild: { substitute: plain } });
      await app.applied(commit);
      const hostile = [
        { ...plain, value: 'one\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: taken}' },
        { ...plain, value: 'one\nkind: Secret' },
        { ...plain, note: `plain\n  namespace: ${tenant.other}\n  name: taken` },
        { ...plain, note: `{x: y}, namespace: ${tenant.other}` },
        { ...plain, note: '"plain", name: taken' },
      ];
      for (const substitute of hostile) {
        await app.change({ postBuild: { substitute } });
        await app.reconciled();
      }
      await app.change({ postBuild: { substitute: plain } });
      await app.applied(commit);
      const { items } = await world.view.client.listAll(
        { group: '', version: 'v1', kind: 'ConfigMap' },
        { namespace: tenant.other },
      );
      if (items.some((item) => textAt(item, 'metadata', 'name') === 'taken')) throw new Error('it was made elsewhere');
      const ids = entriesAt(await world.view.live(app.ref), 'status', 'inventory', 'entries').map((one) =>
        textAt(one, 'id'),
      );
      if (ids.join() !== `${world.namespace}_one__ConfigMap`) throw new Error(`it has become ${ids.join()}`);
      if (world.writes().some((request) => request.name === 'taken')) throw new Error('it was tried');
      const one = await world.view.live(world.ref('ConfigMap', 'one'));
      if (textAt(one, 'data', 'a') !== 'one' || textAt(one, 'metadata', 'annotations', 'note') !== 'plain')
        throw new Error('it is not as it was');
    }),
  ),
];
