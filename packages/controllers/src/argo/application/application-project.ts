import { DEFAULT_PROJECT } from '../names.ts';
import type { ProjectSpec } from '../project/project-spec.ts';
import { isInNameList, isNamespacePermitted } from '../project/source-namespaces.ts';
import type { ArgoSettings } from '../settings/argo-settings.ts';
import type { Run, Shared } from './run.ts';

/** The project of an Application, or the words for why it has none. */
export type FoundProject =
  | { readonly kind: 'found'; readonly project: ProjectSpec }
  | { readonly kind: 'missing'; readonly message: string }
  /** The project does not take Applications from where this one lives. */
  | { readonly kind: 'forbidden'; readonly message: string };

/** The name of an Application's project. */
export function projectNameOf({ application }: Pick<Run, 'application'>): string {
  const { project } = application.spec;
  return project === '' ? DEFAULT_PROJECT : project;
}

/** An Application's project, where the Application may use it. Throws SPEC_INVALID and NOT_HONOURED. */
export async function findProject(run: Run): Promise<FoundProject> {
  const { shared, application, signal } = run;
  const { name, namespace } = application.ref;
  const projectName = projectNameOf(run);
  const project = await shared.projects.find(projectName, signal);
  if (project === undefined)
    return {
      kind: 'missing',
      message: `error getting app project "${projectName}": appproject.argoproj.io "${projectName}" not found`,
    };
  if (!isNamespacePermitted(project, namespace, shared.namespace))
    return {
      kind: 'forbidden',
      message: `application '${name}' in namespace '${namespace}' is not permitted to use project '${projectName}'`,
    };
  return { kind: 'found', project };
}

/** Whether Applications of a namespace are served: those of the control namespace are, others as the settings say. */
export function isServedNamespace(
  {
    namespace,
    settings,
  }: Pick<Shared, 'namespace'> & { readonly settings: () => Pick<ArgoSettings, 'applicationNamespaces'> },
  asked: string,
): boolean {
  return asked === namespace || isInNameList(settings().applicationNamespaces, asked);
}
