import { isCapstanError } from '@capstan/errors';
import { canonicalJson } from '@capstan/object';
import { plain, type Source } from '../application.ts';
import { refuseUnhonoured } from '../honoured.ts';
import { condition } from '../names.ts';
import { isDestinationPermitted } from '../project/destinations.ts';
import { isSourcePermitted } from '../project/sources.ts';
import { sourcesOf, type SourceSet } from '../source/source-set.ts';
import type { StatusCondition } from '../status.ts';
import { findProject, projectNameOf } from './application-project.ts';
import type { Permit, Run } from './run.ts';
import { syncRights } from './sync-rights.ts';

/** What stands before anything else: whether the spec can be used, and whether the project allows it. */
export type Guarded =
  | { readonly kind: 'permitted'; readonly permit: Permit }
  | {
      readonly kind: 'refused';
      readonly conditions: readonly StatusCondition[];
      /** Why there is no project, which ends an operation with words of its own. */
      readonly noProject?: string;
    };

/** Checks an Application's spec against itself, its project and what Capstan honours. */
export async function guard(run: Run): Promise<Guarded> {
  const { spec, object } = run.application;
  const name = projectNameOf(run);
  const invalid = (message: string): Guarded => ({
    kind: 'refused',
    conditions: [{ type: condition.invalidSpecError, message }],
  });
  try {
    const known = await findProject(run);
    if (known.kind !== 'found') {
      const { message } = known;
      const shown =
        known.kind === 'forbidden'
          ? { type: condition.unknownError, message }
          : {
              type: condition.invalidSpecError,
              message: `Application referencing project ${name} which does not exist`,
            };
      return { kind: 'refused', conditions: [shown], noProject: message };
    }
    const { project } = known;
    refuseUnhonoured(object);
    const sources = sourcesOf(spec);
    const problem = sourceProblem(sources);
    if (problem !== undefined) return invalid(problem);
    const conditions: StatusCondition[] = [];
    for (const { repoURL } of sources.list)
      if (!isSourcePermitted(project, repoURL))
        conditions.push({
          type: condition.invalidSpecError,
          message: `application repo ${repoURL} is not permitted in project '${name}'`,
        });
    const found = run.shared.destinations.find(spec.destination);
    if (found.kind !== 'found') {
      conditions.push({ type: condition.invalidSpecError, message: found.message });
      return { kind: 'refused', conditions };
    }
    const { at } = found;
    const destination = {
      server: at.server,
      name: at.name,
      namespace: spec.destination.namespace ?? '',
      projectScoped: at.project !== '' && at.project === name,
    };
    if (!isDestinationPermitted(project, destination)) {
      const server = (spec.destination.name ?? '') === '' ? destination.server : destination.name;
      conditions.push({
        type: condition.invalidSpecError,
        message: `application destination server '${server}' and namespace '${destination.namespace}' do not match any of the allowed destinations in project '${name}'`,
      });
    }
    if (conditions.length > 0) return { kind: 'refused', conditions };
    const settings = run.shared.settings();
    const rights = syncRights({ settings, project, destination, at, namespace: run.application.ref.namespace });
    return { kind: 'permitted', permit: { project, projectName: name, destination, at, rights } };
  } catch (error) {
    if (isCapstanError(error, 'NOT_HONOURED', 'SPEC_INVALID')) return invalid(error.message);
    throw error;
  }
}

/** What a source lacks to be read at all; undefined where nothing is. */
function sourceProblem({ multiple, list }: SourceSet): string | undefined {
  const empty: Source = { repoURL: '' };
  for (const source of list.length === 0 ? [empty] : list) {
    const { repoURL, path = '', chart = '', ref = '', targetRevision = '' } = source;
    if (multiple && (repoURL === '' || (path === '' && chart === '' && ref === '')))
      return `spec.source.repoURL and either source.path, source.chart, or source.ref are required for source ${sourceText(source)}`;
    if (!multiple && (repoURL === '' || (path === '' && chart === '')))
      return 'spec.source.repoURL and either spec.source.path or spec.source.chart are required';
    if (chart !== '' && targetRevision === '')
      return 'spec.source.targetRevision is required if the manifest source is a helm chart';
  }
  return undefined;
}

// As Go prints the struct: its fields in order, those of tools that are not set as nil.
function sourceText(source: Source): string {
  const { repoURL, path = '', targetRevision = '', chart = '', ref = '', name = '', tagPrefix = '' } = source;
  const tools = [source.helm, source.kustomize, source.directory, source.plugin].map((tool) =>
    tool === undefined ? 'nil' : canonicalJson(plain(tool)),
  );
  return `{${[repoURL, path, targetRevision, ...tools, chart, ref, name, tagPrefix].join(' ')}}`;
}
