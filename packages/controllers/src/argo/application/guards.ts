import { isCapstanError } from '@capstan/errors';
import { refuseUnhonoured } from '../honoured.ts';
import { condition, DEFAULT_PROJECT, LOCAL_NAME, LOCAL_SERVER } from '../names.ts';
import { isDestinationPermitted, isSourcePermitted, type ProjectDestination } from '../project/permissions.ts';
import type { StatusCondition } from '../status.ts';
import type { Permit, Run } from './run.ts';

/** What stands before anything else: whether the spec can be used, and whether the project allows it. */
export type Guarded =
  | { readonly kind: 'permitted'; readonly permit: Permit }
  | { readonly kind: 'refused'; readonly conditions: readonly StatusCondition[] };

/** Checks an Application's spec against itself, its project and what Capstan honours. */
export async function guard(run: Run): Promise<Guarded> {
  const { spec, object } = run.application;
  const name = spec.project === '' ? DEFAULT_PROJECT : spec.project;
  const invalid = (message: string): Guarded => ({
    kind: 'refused',
    conditions: [{ type: condition.invalidSpecError, message }],
  });
  try {
    const project = await run.shared.projects.find(name, run.signal);
    if (project === undefined) return invalid(`Application referencing project ${name} which does not exist`);
    refuseUnhonoured(object);
    const { source } = spec;
    if (source === undefined || source.repoURL === '' || (source.path ?? '') === '')
      return invalid('spec.source.repoURL and either spec.source.path or spec.source.chart are required');
    const conditions: StatusCondition[] = [];
    if (!isSourcePermitted(project, source.repoURL))
      conditions.push({
        type: condition.invalidSpecError,
        message: `application repo ${source.repoURL} is not permitted in project '${name}'`,
      });
    const destination = destinationOf(run);
    if (typeof destination === 'string') {
      conditions.push({ type: condition.invalidSpecError, message: destination });
      return { kind: 'refused', conditions };
    }
    if (!isDestinationPermitted(project, destination)) {
      const server = (spec.destination.name ?? '') === '' ? destination.server : destination.name;
      conditions.push({
        type: condition.invalidSpecError,
        message: `application destination server '${server}' and namespace '${destination.namespace}' do not match any of the allowed destinations in project '${name}'`,
      });
    }
    if (conditions.length > 0) return { kind: 'refused', conditions };
    return { kind: 'permitted', permit: { project, projectName: name, destination } };
  } catch (error) {
    if (isCapstanError(error, 'NOT_HONOURED', 'SPEC_INVALID')) return invalid(error.message);
    throw error;
  }
}

/** Where an Application goes, or why that is nowhere. Only the local cluster is served yet. */
function destinationOf(run: Run): ProjectDestination | string {
  const { server = '', name = '', namespace = '' } = run.application.spec.destination;
  if (server !== '' && name !== '')
    return `application destination can't have both name and server defined: ${name} ${server}`;
  if (server === '' && name === '') return 'destination server missing from app spec';
  if (name !== '' && name !== LOCAL_NAME) return `there are no clusters with this name: ${name}`;
  if (server !== '' && server.replace(/\/+$/, '') !== LOCAL_SERVER)
    return `error getting cluster by server "${server}": rpc error: code = NotFound desc = cluster "${server}" not found`;
  return { server: LOCAL_SERVER, name: LOCAL_NAME, namespace };
}
