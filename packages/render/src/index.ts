export type { Manifests, RenderedObject, SourceType } from './manifests.ts';
export type { JsonnetVariable } from './jsonnet/index.ts';
export type { DirectoryOptions, JsonnetSource, RenderRequest } from './render-request.ts';
export { CachedRender, type CachedRenderOptions, type RenderScope } from './cached-render.ts';
export { DEFAULT_RENDER_LIMITS, type RenderLimits } from './limits.ts';
export { MAX_COMBINED_MANIFEST_BYTES } from './directory/render-directory.ts';
export { render } from './render.ts';
