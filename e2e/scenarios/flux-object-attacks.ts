import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { getPath, type JsonObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import type { App } from '../app.ts';
import { capstan } from '../capstan.ts';
import { conditionOf, entriesAt, textAt, uidOf } from '../fields.ts';
import { ACCOUNT, asTenant, CANARY, into, mustBeAbsent, RBAC, readable, type Tenant } from '../flux-tenant.ts';
import { withServices } from '../git-gate.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap, deployment } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const BY = { fieldManager: 'kubectl-create' };
const OWNER = 'kustomize.toolkit.fluxcd.io';
const kustomization = (text: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}`;

/** Waits until a Kustomization has failed for the spec that it has now, and gives the words. */
async function refusal(world: World, app: App, what: string): Promise<string> {
  const seen = await world.view.present(`${what} is refused`, app.ref, (object) => {
    const ready = conditionOf(object, 'Ready');
    return textAt(ready, 'status') === 'False' && getPath(ready, 'observedGeneration') === object.metadata.generation;
  });
  const ready = conditionOf(seen, 'Ready');
  return `${textAt(ready, 'reason')} ${textAt(ready, 'message')}`;
}

async function mustNotTell(world: World, app: App, more: readonly string[] = []): Promise<void> {
  const told = await readable(world, app);
  for (const text of [CANARY, Buffer.from(CANARY).toString('base64'), ...more])
    if (told.includes(text)) throw new Error(`${text} is told`);
}

async function ownApp(world: World, tenant: Tenant, spec: JsonObject = {}): Promise<App> {
  const own = into(world.namespace, configMap('own', { a: '1' }));
  const first = await world.repository.commit({ 'app/own.yaml': own }, 'first');
  const app = await tenant.app(spec);
  await app.applied(first);
  return app;
}

/** An object in somebody else's namespace that bears the marks of the tenant's Kustomization. */
async function marked(world: World, app: App, kind: string, ref: VersionedRef, more: JsonObject): Promise<string> {
  const labels = { [`${OWNER}/name`]: app.ref.name, [`${OWNER}/namespace`]: app.ref.namespace };
  const place = ref.namespace === '' ? {} : { namespace: ref.namespace };
  const apiVersion = ref.group === '' ? 'v1' : `${ref.group}/${ref.version}`;
  const object: KubernetesObject = { apiVersion, kind, metadata: { name: ref.name, ...place, labels }, ...more };
  return uidOf(await world.view.client.create(object, BY));
}

/** What somebody who may write one namespace's Kustomizations can try on objects. Everything must come to nothing. */
export const fluxObjectAttackScenarios: readonly Scenario[] = [
  scenario('flux: expressions read nothing that the account may not, nor whether it is there', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const theirs = { name: 'theirs', namespace: tenant.other };
      const data = { password: Buffer.from(CANARY).toString('base64') };
      await world.view.client.create({ apiVersion: 'v1', kind: 'Secret', metadata: theirs, data }, BY);
      const app = await ownApp(world, tenant);
      const kinds = { Secret: 'current', ServiceAccount: 'failed', Namespace: 'inProgress' } as const;
      const never = { current: 'false', failed: 'false', inProgress: 'false' };
      const checks = Object.keys(kinds).flatMap((kind) =>
        [kind === 'Namespace' ? tenant.other : kind === 'Secret' ? 'theirs' : 'default', 'absent'].map((name) => ({
          apiVersion: 'v1',
          kind,
          name,
          ...(kind === 'Namespace' ? {} : { namespace: tenant.other }),
        })),
      );
      await app.change({
        wait: false,
        timeout: '30s',
        healthChecks: checks,
        healthCheckExprs: Object.entries(kinds).map(([kind, says]) => ({
          apiVersion: 'v1',
          kind,
          ...never,
          [says]: "has(metadata.name) || data.password != ''",
        })),
      });
      const words = await refusal(world, app, 'what may not be read');
      const told = words.match(/status: '\w+'/g) ?? [];
      if (told.length !== checks.length || told.some((one) => one !== "status: 'Unknown'"))
        throw new Error(`it can be told apart: ${words}`);
      await mustNotTell(world, app);
    }),
  ),
  scenario('flux: an inventory that is forged deletes nothing of others, now or at the end', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const app = await ownApp(world, tenant);
      const theirs = tenant.theirs('ConfigMap', 'theirs');
      const role = { ...RBAC, kind: 'ClusterRole', namespace: '', name: `${world.namespace}-theirs` };
      const uids = [
        await marked(world, app, 'ConfigMap', theirs, {}),
        await marked(world, app, 'ClusterRole', role, { rules: [] }),
      ];
      try {
        const ids = [
          `${tenant.other}_theirs__ConfigMap`,
          `${tenant.other}_absent__ConfigMap`,
          `_${role.name}_${RBAC.group}_ClusterRole`,
        ];
        const entries = [`${world.namespace}_own__ConfigMap`, ...ids].map((id) => ({ id, v: 'v1' }));
        const status = { inventory: { entries } };
        await world.view.client.patch(app.ref, { kind: 'merge', patch: { status } }, { ...BY, subresource: 'status' });
        await world.repository.commit(
          { 'app/own.yaml': null, 'app/new.yaml': into(world.namespace, configMap('new', {})) },
          'second',
        );
        await app.refresh();
        await app.complains(/PruneFailed .*\/theirs (query|delete) failed: .*cannot (get|delete)/);
        const words = textAt(conditionOf(await world.view.live(app.ref), 'Ready'), 'message');
        for (const [left, right] of [['theirs', 'absent']] as const)
          if (words.includes(`${left} query failed`) !== words.includes(`${right} query failed`))
            throw new Error(`what is there can be told from what is not: ${words}`);
        await mustNotTell(world, app, uids);
        await app.change({ deletionPolicy: 'Delete', force: true });
        await app.remove();
        await world.view.untilSome(
          'that it cannot delete is told',
          { group: '', kind: 'Event' },
          app.ref.namespace,
          (event) => textAt(event, 'message') === 'pruning for deleted resource failed',
        );
        const now = [uidOf(await world.view.live(theirs)), uidOf(await world.view.live(role))];
        if (now.join() !== uids.join()) throw new Error('what is not the tenant’s is deleted');
      } finally {
        await world.view.client.delete(role);
      }
    }),
  ),
  scenario(
    'flux: marks that name another owner give a tenant nothing of theirs, and them nothing to do',
    'flux',
    (world) =>
      asTenant(world, async (tenant) => {
        const first = await world.repository.commit({ 'victim/one.yaml': configMap('one', {}) }, 'victim');
        const victim = await world.app('flux', { path: 'victim' }, 'victim');
        await victim.applied(first);
        const labels = { [`${OWNER}/name`]: victim.ref.name, [`${OWNER}/namespace`]: victim.ref.namespace };
        const forged = `apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: ${world.namespace}, name: forged, labels: ${JSON.stringify(labels)}}\n`;
        const commit = await world.repository.commit({ 'app/forged.yaml': forged }, 'first');
        const app = await tenant.app();
        await app.applied(commit);
        const owner = async (): Promise<string> => {
          const live = await world.view.live(world.ref('ConfigMap', 'forged'));
          const label = (key: string): string => textAt(live, 'metadata', 'labels', `${OWNER}/${key}`);
          return `${label('namespace')}/${label('name')}`;
        };
        const own = `${app.ref.namespace}/${app.ref.name}`;
        if ((await owner()) !== own) throw new Error(`the manifest says whose it is: ${await owner()}`);
        // Common metadata may say anything, as upstream; whoever it names is not concerned.
        await app.change({ commonMetadata: { labels } });
        await world.view.present(
          'it bears the marks of another one',
          world.ref('ConfigMap', 'forged'),
          (seen) => textAt(seen, 'metadata', 'labels', `${OWNER}/name`) === victim.ref.name,
        );
        const next = await world.repository.commit(
          { 'victim/one.yaml': null, 'victim/two.yaml': configMap('two', {}) },
          'next',
        );
        await victim.refresh();
        await victim.applied(next);
        const ids = entriesAt(await world.view.live(victim.ref), 'status', 'inventory', 'entries').map((one) =>
          textAt(one, 'id'),
        );
        if (ids.join() !== `${world.namespace}_two__ConfigMap`) throw new Error(`it was made to hold ${ids.join()}`);
        await victim.remove();
        await victim.gone();
        if ((await world.view.live(world.ref('ConfigMap', 'forged'))) === undefined)
          throw new Error('another one deleted it');
      }),
  ),
  scenario(
    'flux: the name of a service account is that of one of the namespace, whatever stands in it',
    'flux',
    (world) =>
      asTenant(world, async (tenant) => {
        await world.repository.commit({ 'app/own.yaml': into(world.namespace, configMap('own', {})) }, 'first');
        const app = await tenant.app({ serviceAccountName: 'nobody' });
        await app.complains(/ReconciliationFailed/);
        for (const name of [
          'nobody',
          'system:masters',
          `x:${fluxNamespace(world.namespace)}:${ACCOUNT}`,
          `../${fluxNamespace(world.namespace)}:${ACCOUNT}`,
          `x\r\nImpersonate-Group: system:masters`,
          '*',
          'é',
        ]) {
          await app.change({ serviceAccountName: name });
          const said = await refusal(world, app, JSON.stringify(name));
          if (!/^(ReconciliationFailed|AccessDenied)/.test(said)) throw new Error(`it says something else: ${said}`);
          await mustBeAbsent(world, world.ref('ConfigMap', 'own'));
        }
        await app.change({ serviceAccountName: ACCOUNT });
        await world.view.present('the account itself applies it', world.ref('ConfigMap', 'own'));
      }),
  ),
  scenario('flux: what is new and what is forbidden in one stage: nothing of it is written', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      await world.repository.commit(
        {
          'app/a.yaml': into(world.namespace, configMap('a', {})),
          'app/b.yaml': into(tenant.other, configMap('b', {})),
          'app/c.yaml': into(world.namespace, configMap('c', {})),
        },
        'first',
      );
      const app = await tenant.app();
      await app.complains(/ReconciliationFailed .*b .*cannot patch/);
      await world.settled(app.ref, app);
      for (const ref of [world.ref('ConfigMap', 'a'), tenant.theirs('ConfigMap', 'b'), world.ref('ConfigMap', 'c')])
        await mustBeAbsent(world, ref);
      if (entriesAt(await world.view.live(app.ref), 'status', 'inventory', 'entries').length > 0)
        throw new Error('the inventory holds what was never written');
    }),
  ),
  scenario(
    'flux: a kustomization runs no program, no function and no chart, and its schema is its own',
    'flux',
    (world) =>
      asTenant(world, async (tenant) => {
        const mark = join(world.folder, 'ran');
        const victim = {
          'victim/kustomization.yaml': kustomization('resources: [web.yaml]\npatches: [{path: patch.yaml}]\n'),
          'victim/web.yaml': deployment('web', { replicas: 0 }),
          'victim/patch.yaml':
            'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: more, image: "x:1"}]}}}\n',
        };
        const schema = {
          definitions: {
            'io.k8s.api.apps.v1.Deployment': {
              type: 'object',
              properties: {},
              'x-kubernetes-group-version-kind': [{ group: 'apps', kind: 'Deployment', version: 'v1' }],
            },
          },
        };
        const exec = `apiVersion: example.com/v1\nkind: Gen\nmetadata:\n  name: gen\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./run.sh}\n`;
        const plugin = exec.replace('exec: {path: ./run.sh}', 'container: {image: example.com/x}');
        const run = { content: `#!/bin/sh\ntouch ${mark}\n`, executable: true };
        const base = {
          'app/run.sh': run,
          'app/exec.yaml': exec,
          'app/plugin.yaml': plugin,
          'app/schema.json': JSON.stringify(schema),
        };
        const tries = [
          'generators: [exec.yaml]\n',
          'transformers: [exec.yaml]\n',
          'validators: [exec.yaml]\n',
          'generators: [plugin.yaml]\n',
          'helmCharts: [{name: x, repo: "http://127.0.0.1:1"}]\n',
          'helmChartInflationGenerator: [{chartName: x}]\n',
        ];
        const own = into(world.namespace, deployment('own', { replicas: 0 }));
        await world.repository.commit(
          {
            ...victim,
            ...base,
            'app/own.yaml': own,
            'app/kustomization.yaml': kustomization('resources: [own.yaml]\nopenapi: {path: schema.json}\n'),
          },
          'first',
        );
        const app = await tenant.app();
        await world.view.present('it is applied', world.ref('Deployment', 'own'));
        const other = await world.app('flux', { path: 'victim' }, 'victim');
        const web = await world.view.present('the neighbour is applied', world.ref('Deployment', 'web'));
        const names = entriesAt(web, 'spec', 'template', 'spec', 'containers').map((entry) => textAt(entry, 'name'));
        if (names.toSorted().join() !== 'more,web')
          throw new Error(`the neighbour was merged by the tenant’s schema: ${names.join()}`);
        for (const text of tries) {
          const commit = await world.repository.commit(
            { 'app/kustomization.yaml': kustomization(`resources: [own.yaml]\n${text}`) },
            'try',
          );
          await app.refresh();
          await world.view.present('it has been fetched', app.source, (seen) =>
            textAt(seen, 'status', 'artifact', 'revision').endsWith(commit),
          );
          await world.settled(app.source, app);
          await app.complains(/BuildFailed/, 5_000);
        }
        if (existsSync(mark)) throw new Error('a program ran');
        await other.reconciled();
      }),
  ),
  scenario('flux: a server that a kubeconfig leads to is not quoted to a tenant', 'flux', (world) =>
    asTenant(world, (tenant) =>
      withServices(
        ({ url }) => ({
          status: url.searchParams.has('x') ? 200 : 500,
          body: `internal: ${CANARY}`,
          type: 'text/plain',
        }),
        async ({ origin }) => {
          const app = await ownApp(world, tenant);
          const config = (server: string): string =>
            `apiVersion: v1\nkind: Config\ncurrent-context: x\ncontexts: [{name: x, context: {cluster: x, user: x}}]\nclusters: [{name: x, cluster: {server: '${server}'}}]\nusers: [{name: x, user: {token: x}}]\n`;
          const metadata = { name: 'away', namespace: app.ref.namespace };
          for (const server of [origin, `${origin}/?x=`, `${origin}/metadata?x=`]) {
            const stringData = { value: config(server), constructor: 'x' };
            await world.view.client.apply(
              { apiVersion: 'v1', kind: 'Secret', metadata, stringData },
              { fieldManager: 'kubectl', force: true },
            );
            await app.change({ kubeConfig: { secretRef: { name: 'away' } } });
            await refusal(world, app, server);
            await app.reconciled();
            await mustNotTell(world, app);
          }
          for (const key of ['__proto__', 'constructor', 'toString', '../value']) {
            await app.change({ kubeConfig: { secretRef: { name: 'away', key } } });
            await refusal(world, app, key);
          }
        },
      ),
    ),
  ),
  scenario(
    'flux: what a manifest says too much of is told, cut short and without control characters',
    'flux',
    (world) =>
      asTenant(world, async (tenant) => {
        const app = await ownApp(world, tenant);
        const escape = '\u001b]0;taken\u0007\u001b[2J';
        const tries = [
          `apiVersion: example.com/v1\nkind: ${'K'.repeat(60_000)}\nmetadata: {name: x, namespace: ${world.namespace}}\n`,
          `apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: ${world.namespace}, name: ${JSON.stringify(`x${escape}`)}}\n`,
          `apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: ${world.namespace}, name: x, labels: {"__proto__": "${escape.replaceAll('\u001b', '\\u001b').replaceAll('\u0007', '\\u0007')}"}}\n`,
        ];
        for (const text of tries) {
          const commit = await world.repository.commit({ 'app/try.yaml': text }, 'try');
          await app.refresh();
          await world.view.present('it is told', app.ref, (seen) => {
            const attempted = textAt(seen, 'status', 'lastAttemptedRevision').endsWith(commit);
            return attempted && textAt(conditionOf(seen, 'Ready'), 'status') === 'False';
          });
          const { stdout } = await capstan(world, 'why', `Kustomization/${app.ref.namespace}/${app.ref.name}`);
          if (/[\u001b\u0007]/.test(stdout)) throw new Error('the terminal of whoever asks why is taken');
        }
        const mended = await world.repository.commit({ 'app/try.yaml': null }, 'mended');
        await app.refresh();
        await app.applied(mended);
      }),
  ),
];
