import { getPath } from '@capstan/object';
import { realFiles } from '../real-repositories.ts';
import { scenario, type Dialect, type Need, type Scenario } from '../scenario.ts';
import type { AppOptions } from '../app.ts';
import type { World } from '../world.ts';

interface RealInput {
  readonly repository: string;
  readonly folders: readonly string[];
  readonly path: string;
  readonly dialects: readonly Dialect[];
  readonly needs?: readonly Need[];
  readonly options?: Partial<AppOptions>;
  /** A Deployment that has to be available in the end. */
  readonly deployment?: string;
  /** It stands in a namespace of its own. */
  readonly namespace?: string;
}

const examples = 'argocd-example-apps';

const inputs: readonly RealInput[] = [
  {
    repository: examples,
    folders: ['guestbook'],
    path: 'guestbook',
    dialects: ['argo', 'flux'],
    deployment: 'guestbook-ui',
  },
  {
    repository: examples,
    folders: ['kustomize-guestbook'],
    path: 'kustomize-guestbook',
    dialects: ['argo', 'flux'],
    deployment: 'kustomize-guestbook-ui',
  },
  // Argo CD waits for an Ingress to get an address; Flux does not.
  {
    repository: examples,
    folders: ['sock-shop'],
    path: 'sock-shop',
    dialects: ['argo'],
    needs: ['addresses'],
    deployment: 'front-end',
  },
  { repository: examples, folders: ['sock-shop'], path: 'sock-shop', dialects: ['flux'], deployment: 'front-end' },
  {
    repository: examples,
    folders: ['pre-post-sync', 'kustomize-guestbook'],
    path: 'pre-post-sync',
    dialects: ['argo'],
    deployment: 'pre-post-sync-kustomize-guestbook-ui',
  },
  { repository: examples, folders: ['sync-waves'], path: 'sync-waves', dialects: ['argo'] },
  // Argo CD judges an autoscaler without metrics as Degraded; Flux does not look.
  {
    repository: 'podinfo',
    folders: ['kustomize'],
    path: 'kustomize',
    dialects: ['argo'],
    needs: ['metrics'],
    deployment: 'podinfo',
  },
  { repository: examples, folders: ['helm-hooks'], path: 'helm-hooks', dialects: ['argo'] },
  { repository: 'podinfo', folders: ['kustomize'], path: 'kustomize', dialects: ['flux'], deployment: 'podinfo' },
  {
    repository: 'podinfo',
    folders: ['deploy/webapp'],
    path: 'deploy/webapp',
    dialects: ['flux'],
    options: { spec: { targetNamespace: null } },
    deployment: 'frontend',
    namespace: 'webapp',
  },
];

async function becomesHealthy(world: World, dialect: Dialect, input: RealInput): Promise<void> {
  const files = await realFiles(input.repository, input.folders);
  const commit = await world.repository.commit(files, input.path);
  const app = await world.app(dialect, { path: input.path, ...input.options });
  await app.applied(commit);
  if (input.deployment === undefined) return;
  const ref = { ...world.ref('Deployment', input.deployment), namespace: input.namespace ?? world.namespace };
  const live = await world.view.live(ref);
  if (Number(getPath(live, 'status', 'availableReplicas') ?? 0) < 1)
    throw new Error(`${input.deployment} has no replica that is available`);
  if (input.namespace === undefined) return;
  await app.remove();
  await app.gone();
}

/** Repositories of other people, as they are. */
export const realRepositoryScenarios: readonly Scenario[] = [
  ...inputs.flatMap((input) =>
    input.dialects.map((dialect) =>
      scenario(
        `${dialect}: ${input.repository}/${input.path} becomes healthy`,
        dialect,
        (world) => becomesHealthy(world, dialect, input),
        ['real-repositories', ...(input.needs ?? [])],
      ),
    ),
  ),
];
