export type { Manifests, RenderedObject, SourceType } from './manifests.ts';
export type { DirectoryOptions, RenderRequest } from './render-request.ts';
