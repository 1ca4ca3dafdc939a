import { buildKustomization, stringifyManifests, type FetchRemote } from '@capstan/render/kustomize';
import { memoryTree } from '@capstan/tree';

const base = memoryTree({
  'lib/kustomization.yaml': 'resources: [account.yaml]\n',
  'lib/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n',
});

// The engine has no network: this is its only way to one. Yours decides what may be asked, and pins a commit.
const fetch: FetchRemote = async (requests) =>
  requests.map((request) =>
    request.kind === 'repository' && request.url === 'https://github.com/org/repo'
      ? { kind: 'repository', commit: '0123456789abcdef0123456789abcdef01234567', tree: base }
      : { kind: 'status', status: 404 },
  );

const tree = memoryTree({
  'kustomization.yaml': 'resources: ["github.com/org/repo/lib?ref=v1"]\nnamespace: shop\n',
});
const resources = await buildKustomization(tree, '', { order: 'input', fetch });

/** The base of the other repository, in this one's namespace. */
export const text = stringifyManifests(resources.map(({ object }) => object));
