export { buildKustomization, KUSTOMIZE_VERSION, type BuildOptions } from './build.ts';
export { layOver, layOverFile, scanManifests, type OverlayRequest } from './overlay.ts';
export { isRemote } from './remote.ts';
export { Resource, type Place } from './resource.ts';
