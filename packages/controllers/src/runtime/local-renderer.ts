import { CachedRender, render } from '@capstan/render';
import { LastRequests } from './last-requests.ts';
import type { Renderer } from './renderer.ts';

/** Renders in this process, through the read-set cache: for the CLI and for tests, whose input is their own. */
export function localRenderer(): Renderer {
  const cache = new CachedRender();
  const last = new LastRequests();
  return {
    render: async ({ tree, request, owner }) => {
      last.note(owner, request);
      const before = cache.statistics.renders;
      const manifests = await cache.render(tree, request, () => render(tree, request), { scope: owner });
      return { manifests, cached: cache.statistics.renders === before };
    },
    isAsBefore: async (owner, tree) => {
      const request = last.of(owner);
      return request !== undefined && (await cache.holds(tree, request, owner));
    },
    get renders() {
      return cache.statistics.renders;
    },
    close: () => Promise.resolve(),
  };
}
