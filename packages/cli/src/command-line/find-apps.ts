import { CapstanError, isCapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import type { KubernetesObject } from '@capstan/object';
import { appKinds, viewOf, type AppView } from '@capstan/views';

/** A resource of either dialect, with what is shown of it. */
export interface App {
  readonly object: KubernetesObject;
  readonly view: AppView;
}

const versions: Readonly<Record<string, string>> = {
  Application: 'v1alpha1',
  Kustomization: 'v1',
  GitRepository: 'v1',
};

/** Every app and source of the cluster, of one namespace where one is given. Kinds that are not served are left out. */
export async function listApps(client: KubeClient, namespace?: string): Promise<readonly App[]> {
  const lists = await Promise.all(
    appKinds.map(async ({ group, kind }) => {
      try {
        const where = namespace === undefined ? {} : { namespace };
        return (await client.listAll({ group, kind, version: versions[kind] ?? 'v1' }, where)).items;
      } catch (error) {
        if (isCapstanError(error, 'KUBE_KIND_UNKNOWN', 'KUBE_NOT_FOUND')) return undefined;
        throw error;
      }
    }),
  );
  if (lists.every((list) => list === undefined)) {
    throw new CapstanError(
      'KUBE_KIND_UNKNOWN',
      "this cluster serves neither Argo CD's nor Flux's resources; `capstan install --crds` prints their definitions",
    );
  }
  return lists
    .flatMap((list) => list ?? [])
    .flatMap((object) => {
      const view = viewOf(object);
      return view === undefined ? [] : [{ object, view }];
    });
}

/** How a name on the command line picks apps. */
interface Wanted {
  readonly kind: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string;
}

const aliases: Readonly<Record<string, string>> = {
  app: 'Application',
  apps: 'Application',
  application: 'Application',
  applications: 'Application',
  ks: 'Kustomization',
  kustomization: 'Kustomization',
  kustomizations: 'Kustomization',
  gitrepo: 'GitRepository',
  gitrepository: 'GitRepository',
  gitrepositories: 'GitRepository',
  source: 'GitRepository',
};

/**
 * The one app that a name means: `NAME`, `NAMESPACE/NAME`, `KIND/NAME` or `KIND/NAMESPACE/NAME`. An app outdoes a source
 * of the same name. Throws APP_NOT_FOUND, and USAGE when it means several.
 */
export async function findApp(client: KubeClient, text: string, namespace?: string): Promise<App> {
  const wanted = parseName(text);
  const found = matching(await listApps(client, wanted.namespace ?? namespace), wanted);
  const apps = found.filter(({ view }) => view.role === 'app');
  const [only, ...others] = apps.length > 0 ? apps : found;
  if (only === undefined) throw new CapstanError('APP_NOT_FOUND', `there is no app or source called ${text}`);
  if (others.length === 0) return only;
  const names = [only, ...others].map(({ view }) => fullName(view));
  throw new CapstanError('USAGE', `${text} could be ${names.join(' or ')}; say which`);
}

/** The apps that names mean, each once; all of them where no name is given. Throws as `findApp`. */
export async function pickApps(
  client: KubeClient,
  names: readonly string[],
  namespace?: string,
): Promise<readonly App[]> {
  if (names.length === 0) return listApps(client, namespace);
  const picked = new Map<string, App>();
  for (const name of names) {
    const app = await findApp(client, name, namespace);
    picked.set(fullName(app.view), app);
  }
  return [...picked.values()];
}

/** A name that means one app everywhere: `Kustomization/flux-system/development`. */
export function fullName(view: AppView): string {
  return `${view.ref.kind}/${view.ref.namespace}/${view.ref.name}`;
}

function parseName(text: string): Wanted {
  const parts = text.split('/');
  const [first = '', second = '', third = ''] = parts;
  if (parts.length > 3 || parts.includes('')) {
    throw new CapstanError('USAGE', `${JSON.stringify(text)} is no name; write [KIND/][NAMESPACE/]NAME`);
  }
  const kind = Object.hasOwn(aliases, first.toLowerCase()) ? aliases[first.toLowerCase()] : undefined;
  if (parts.length === 3) {
    if (kind === undefined)
      throw new CapstanError(
        'USAGE',
        `${first} is no kind of app; kinds: ${[...new Set(Object.values(aliases))].join(', ')}`,
      );
    return { kind, namespace: second, name: third };
  }
  if (parts.length === 2)
    return kind === undefined ? { kind, namespace: first, name: second } : { kind, namespace: undefined, name: second };
  return { kind: undefined, namespace: undefined, name: first };
}

function matching(apps: readonly App[], wanted: Wanted): readonly App[] {
  return apps.filter(
    ({ view: { ref } }) =>
      ref.name === wanted.name &&
      (wanted.kind === undefined || ref.kind === wanted.kind) &&
      (wanted.namespace === undefined || ref.namespace === wanted.namespace),
  );
}
