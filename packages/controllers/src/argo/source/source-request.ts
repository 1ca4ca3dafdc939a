import type { KubernetesObject } from '@capstan/object';
import type { RenderRequest } from '@capstan/render';
import type { FileTree } from '@capstan/tree';
import { plain, type Source } from '../application.ts';
import { refuseUnhonouredSource } from '../honoured.ts';
import type { ArgoSettings } from '../settings/argo-settings.ts';
import { appFolder } from './app-folder.ts';
import { buildEnvironment, type BuildFacts } from './build-environment.ts';
import { checkKustomizeVersion } from './kustomize-options.ts';
import { normalizedSource, renderRequestOf } from './render-request.ts';
import { withFileParameters } from './source-parameters.ts';

/** What a source is rendered for. */
export interface SourceFacts extends BuildFacts {
  readonly application: KubernetesObject;
  readonly settings: Pick<ArgoSettings, 'kustomizeBuildOptions' | 'kustomizeVersions' | 'detected'>;
}

/**
 * What is asked of the renderer for a source at a commit, with what its folder says about it. Throws RENDER_INVALID,
 * RENDER_NOT_FOUND, NOT_HONOURED, TREE_*.
 */
export async function sourceRequest(tree: FileTree, source: Source, facts: SourceFacts): Promise<RenderRequest> {
  const { application, settings } = facts;
  const folder = await appFolder(tree, source.path ?? '');
  const merged = await withFileParameters(tree, folder, normalizedSource(source), facts.name);
  refuseUnhonouredSource(application, plain(merged));
  checkKustomizeVersion(merged, settings);
  const environment = buildEnvironment(source, facts);
  const { kustomizeBuildOptions: buildOptions, detected } = settings;
  return renderRequestOf(merged, { folder, environment, buildOptions, detected });
}
