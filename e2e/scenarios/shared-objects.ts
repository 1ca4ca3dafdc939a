import type { App } from '../app.ts';
import { capstan, mustEnd } from '../capstan.ts';
import { conditionOf, entriesAt, textAt, uidOf } from '../fields.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const ARGO = 'argocd.argoproj.io';
const FLUX = 'kustomize.toolkit.fluxcd.io';
const SHARED = 'SharedResource';
let requests = 0;

/** A repository in which both dialects ask for a ConfigMap `one`, and each for one of its own. */
function commitBoth(world: World, levels: { readonly argo: string; readonly flux: string }): Promise<string> {
  return world.repository.commit(
    {
      'argo/one.yaml': configMap('one', { LEVEL: levels.argo }),
      'argo/two.yaml': configMap('of-argo', {}),
      'flux/one.yaml': configMap('one', { LEVEL: levels.flux }),
      'flux/two.yaml': configMap('of-flux', {}),
    },
    `${levels.argo} ${levels.flux}`,
  );
}

/** Waits until the Application warns of `one` in words that match. */
async function applicationWarns(world: World, app: App, words: RegExp): Promise<void> {
  await world.view.until(`the Application warns of ${words}`, app.ref, (seen) =>
    entriesAt(seen, 'status', 'conditions').some(
      (entry) => textAt(entry, 'type') === 'SharedResourceWarning' && words.test(textAt(entry, 'message')),
    ),
  );
}

/** Waits until the Kustomization says of `one` that it is shared, in words that match, and has told it by an event. */
async function kustomizationWarns(world: World, app: App, words: RegExp): Promise<void> {
  const heard = (text: string): boolean => words.test(text);
  await world.view.until(`the Kustomization says ${words}`, app.ref, (seen) =>
    heard(textAt(conditionOf(seen, SHARED), 'message')),
  );
  await world.view.untilSome(
    'it is told by an event',
    { group: '', kind: 'Event' },
    app.ref.namespace,
    (event) =>
      textAt(event, 'reason') === SHARED && textAt(event, 'type') === 'Warning' && heard(textAt(event, 'message')),
  );
}

/** Writes to `one` so far. */
function writesToOne(world: World): number {
  return world.writes().filter(({ namespace, name }) => namespace === world.namespace && name === 'one').length;
}

/** Has both look at their objects again, and waits until they are done. One that fails goes on to be tried again. */
async function lookAgain(world: World, apps: readonly App[]): Promise<void> {
  for (const app of apps) {
    if (app.ref.kind === 'Application') await app.reconciled();
    else await handled(world, app);
  }
  for (const app of apps) await world.settled(app.ref, app);
}

async function handled(world: World, { ref }: App): Promise<void> {
  const at = `shared-objects-${++requests}`;
  const patch = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': at } } };
  await world.view.client.patch(ref, { kind: 'merge', patch }, { fieldManager: 'kubectl-patch' });
  await world.view.present(
    'it has been reconciled',
    ref,
    (seen) => textAt(seen, 'status', 'lastHandledReconcileAt') === at,
  );
}

async function levelOfOne(world: World): Promise<string> {
  return textAt(await world.view.live(world.ref('ConfigMap', 'one')), 'data', 'LEVEL');
}

/** One object that an Application and a Kustomization both ask for. */
export const sharedObjectScenarios: readonly Scenario[] = [
  scenario(
    'both: what an Application has written first a Kustomization leaves alone; both say so, and nobody fights',
    'flux',
    async (world) => {
      const one = world.ref('ConfigMap', 'one');
      const commit = await commitBoth(world, { argo: 'argo', flux: 'flux' });
      const argo = await world.app('argo', { path: 'argo' });
      await argo.applied(commit);
      const before = writesToOne(world);
      const flux = await world.app('flux', { path: 'flux', spec: { wait: false, retryInterval: '10m' } });
      await flux.complains(
        new RegExp(`${SHARED} not applied: ConfigMap/${world.namespace}/one is of Application argocd/`),
      );
      await kustomizationWarns(world, flux, /one is of Application argocd\/.* too, Application argocd\/.* keeps it/);
      await applicationWarns(
        world,
        argo,
        /one is part of application argocd\/.* and Kustomization .*; the Application keeps it/,
      );
      await argo.applied(commit);
      for (const { ref } of [flux, argo])
        mustEnd(
          await capstan(world, 'why', `${ref.kind}/${ref.namespace}/${ref.name}`),
          0,
          /has (some|one) of its objects, too[^]*keeps it until then/,
        );
      await world.view.present('what is its own is applied', world.ref('ConfigMap', 'of-flux'), () => true);
      await lookAgain(world, [flux, argo]);
      if (writesToOne(world) !== before) throw new Error(`it was written ${writesToOne(world) - before} times more`);
      // What somebody changes is healed by who keeps it, once.
      await world.edit(one, { data: { LEVEL: 'drift' } }, 'someone');
      await world.view.present('it is healed', one, (seen) => textAt(seen, 'data', 'LEVEL') === 'argo');
      await lookAgain(world, [flux, argo]);
      if (writesToOne(world) !== before + 1) throw new Error(`healing wrote ${writesToOne(world) - before} times`);
      // Once the Application lets go, the Kustomization takes it as it is.
      const uid = uidOf(await world.view.live(one));
      await argo.remove();
      await argo.gone();
      await flux.applied(commit);
      if ((await levelOfOne(world)) !== 'flux') throw new Error('the Kustomization did not take it');
      if (uidOf(await world.view.live(one)) !== uid) throw new Error('it was made anew');
      await world.view.until(
        'nothing is said to be shared',
        flux.ref,
        (seen) => conditionOf(seen, SHARED) === undefined,
      );
    },
  ),
  scenario(
    'both: what a Kustomization has written first an Application leaves alone; both say so, and nobody fights',
    'argo',
    async (world) => {
      const one = world.ref('ConfigMap', 'one');
      const commit = await commitBoth(world, { argo: 'argo', flux: 'flux' });
      const flux = await world.app('flux', { path: 'flux' });
      await flux.applied(commit);
      const before = writesToOne(world);
      const argo = await world.app('argo', { path: 'argo' });
      await applicationWarns(
        world,
        argo,
        /one is part of application argocd\/.* and Kustomization (.*); Kustomization \1 keeps it/,
      );
      await kustomizationWarns(world, flux, /one is of Application argocd\/.* too, this Kustomization keeps it/);
      await world.view.present('what is its own is applied', world.ref('ConfigMap', 'of-argo'), () => true);
      await argo.outOfSync();
      await lookAgain(world, [argo, flux]);
      await flux.applied(commit);
      await world.edit(one, { data: { LEVEL: 'drift' } }, 'someone');
      await world.view.present('it is healed', one, (seen) => textAt(seen, 'data', 'LEVEL') === 'flux');
      await lookAgain(world, [argo, flux]);
      if (writesToOne(world) !== before + 1) throw new Error(`it was written ${writesToOne(world) - before} times`);
      const live = await world.view.live(one);
      if (textAt(live, 'metadata', 'annotations', `${ARGO}/tracking-id`) !== '') throw new Error('it bears both marks');
      // A sync by hand leaves it alone as well; one that is to fail for shared objects does.
      await argo.change({ syncPolicy: { automated: null } });
      const operation = { sync: { revision: commit, syncOptions: ['FailOnSharedResource=true'] } };
      await world.view.client.patch(
        argo.ref,
        { kind: 'merge', patch: { operation } },
        { fieldManager: 'kubectl-patch' },
      );
      await argo.complains(/Failed Shared resource found: .*Kustomization .* keeps it/);
      if ((await levelOfOne(world)) !== 'flux') throw new Error('the sync took it');
    },
  ),
  scenario(
    'both: an object that both want alike is in nobody’s way, and is told all the same',
    'flux',
    async (world) => {
      const commit = await commitBoth(world, { argo: 'same', flux: 'same' });
      const argo = await world.app('argo', { path: 'argo' });
      await argo.applied(commit);
      const before = writesToOne(world);
      const flux = await world.app('flux', { path: 'flux', spec: { wait: false } });
      await flux.applied(commit);
      await kustomizationWarns(world, flux, /Application argocd\/.* keeps it/);
      await applicationWarns(world, argo, /the Application keeps it/);
      await argo.applied(commit);
      await lookAgain(world, [flux, argo]);
      if (writesToOne(world) !== before) throw new Error('it was written all the same');
      // Deleting who does not keep it leaves it where it is.
      const uid = uidOf(await world.view.live(world.ref('ConfigMap', 'one')));
      await flux.remove();
      await flux.gone();
      await world.view.until('its own is gone', world.ref('ConfigMap', 'of-flux'), (seen) => seen === undefined);
      if (uidOf(await world.view.live(world.ref('ConfigMap', 'one'))) !== uid) throw new Error('it was deleted');
    },
  ),
  scenario(
    'both: of an object that bears both marks the older claimant keeps it, and the other deletes nothing',
    'flux',
    async (world) => {
      const one = world.ref('ConfigMap', 'one');
      await world.view.client.create(
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {
            name: 'one',
            namespace: world.namespace,
            labels: { [`${FLUX}/name`]: world.namespace, [`${FLUX}/namespace`]: fluxNamespace(world.namespace) },
            annotations: { [`${ARGO}/tracking-id`]: `${world.namespace}:/ConfigMap:${world.namespace}/one` },
          },
          data: { LEVEL: 'argo' },
        },
        { fieldManager: 'argocd-controller' },
      );
      const uid = uidOf(await world.view.live(one));
      const commit = await commitBoth(world, { argo: 'argo', flux: 'argo' });
      const argo = await world.app('argo', { path: 'argo', finalizer: true });
      await argo.applied(commit);
      const flux = await world.app('flux', { path: 'flux', spec: { wait: false } });
      await kustomizationWarns(world, flux, /Application argocd\/.* keeps it/);
      await applicationWarns(world, argo, /the Application keeps it/);
      // Git of the older one drops it: it goes over to the other, as it is.
      const second = await world.repository.commit({ 'argo/one.yaml': null }, 'drop');
      await argo.refresh();
      await argo.applied(second);
      await flux.refresh();
      await flux.applied(second);
      await argo.remove();
      await argo.gone();
      await world.view.until('its own is gone', world.ref('ConfigMap', 'of-argo'), (seen) => seen === undefined);
      if (uidOf(await world.view.live(one)) !== uid) throw new Error('it was deleted');
    },
  ),
  scenario(
    'both: an Application and a Kustomization of different objects say nothing of each other',
    'argo',
    async (world) => {
      const commit = await world.repository.commit(
        { 'argo/a.yaml': configMap('a', {}), 'flux/b.yaml': configMap('b', {}) },
        'first',
      );
      const argo = await world.app('argo', { path: 'argo' });
      const flux = await world.app('flux', { path: 'flux' });
      await argo.applied(commit);
      await flux.applied(commit);
      await lookAgain(world, [argo, flux]);
      if (conditionOf(await world.view.live(flux.ref), SHARED) !== undefined)
        throw new Error('the Kustomization says so');
      const conditions = entriesAt(await world.view.live(argo.ref), 'status', 'conditions');
      if (conditions.length > 0) throw new Error(`the Application says ${JSON.stringify(conditions)}`);
    },
  ),
];
