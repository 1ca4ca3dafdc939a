export { buildKustomization, KUSTOMIZE_VERSION, type BuildOptions } from './build.ts';
export { layOver, layOverFile, scanManifests, type OverlayRequest } from './overlay.ts';
export { KUSTOMIZATION_NAMES } from './kustomization.ts';
export { isLocalRelativePath } from './remote.ts';
export { remoteDigest, remoteKey, type FetchRemote, type RemoteAnswer, type RemoteRequest } from '@capstan/tree';
export { Resource, type Place } from './resource.ts';
export { compileSelector, type CompiledSelector, type Labelled, type Selector } from './selector.ts';
export { ignoreRules } from './left-out.ts';
