import { CachedRender, render } from '@capstan/render';
import type { Renderer } from './renderer.ts';

/** Renders in this process, through the read-set cache: for the CLI and for tests, whose input is their own. */
export function localRenderer(): Renderer {
  const cache = new CachedRender();
  return {
    render: async ({ tree, request, owner }) => {
      const before = cache.statistics.renders;
      const manifests = await cache.render(tree, request, () => render(tree, request), owner);
      return { manifests, cached: cache.statistics.renders === before };
    },
    get renders() {
      return cache.statistics.renders;
    },
    close: () => Promise.resolve(),
  };
}
