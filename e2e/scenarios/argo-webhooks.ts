import { INJECTED, startLabelling } from '../admission-webhook.ts';
import type { App } from '../app.ts';
import { textAt } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** As Argo CD writes. */
const MANAGER = 'argocd-controller';

/** An Application of one ConfigMap, which is compared as its options say. */
async function compared(world: World, name: string, options: string): Promise<App> {
  const annotations = { 'argocd.argoproj.io/compare-options': options };
  return world.app('argo', { path: name, selfHeal: false, annotations, syncOptions: ['ServerSideApply=true'] }, name);
}

/** What others than Git and people have a say in. */
export const argoWebhookScenarios: readonly Scenario[] = [
  scenario(
    'argo: what a webhook would add is a difference where that is asked for, and none elsewhere',
    'argo',
    async (world) => {
      const stop = await startLabelling(world, MANAGER);
      try {
        const files = Object.fromEntries(
          ['told', 'untold'].map((name) => [`${name}/settings.yaml`, configMap(name, { LEVEL: 'info' })]),
        );
        const commit = await world.repository.commit(files, 'first');
        const told = await compared(world, 'told', 'ServerSideDiff=true,IncludeMutationWebhook=true');
        const untold = await compared(world, 'untold', 'ServerSideDiff=true');
        for (const [name, app] of [['told', told] as const, ['untold', untold] as const]) {
          await app.applied(commit);
          const ref = world.ref('ConfigMap', name);
          const live = await world.view.live(ref);
          if (textAt(live, 'metadata', 'labels', INJECTED) !== 'yes') throw new Error('the webhook was not asked');
          await world.edit(ref, { metadata: { labels: { [INJECTED]: null } } });
        }
        await told.outOfSync();
        await untold.reconciled();
        await world.settled(world.ref('ConfigMap', 'untold'), untold);
        if (textAt(await world.view.live(untold.ref), 'status', 'sync', 'status') !== 'Synced')
          throw new Error('what only the webhook adds counts as a difference');
      } finally {
        await stop();
      }
    },
    ['admission'],
  ),
];
