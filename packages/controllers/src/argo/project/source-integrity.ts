import type { ProjectSpec } from './project-spec.ts';

/** What a project asks of the sources of its Applications. */
export type SourceIntegrity = NonNullable<ProjectSpec['sourceIntegrity']>;

/**
 * What a project asks of sources: its `sourceIntegrity`, or, where that says nothing of Git, its older `signatureKeys` as
 * a policy for every repository. Undefined where it asks nothing. Source: argoproj/argo-cd
 * AppProject.EffectiveSourceIntegrity.
 */
export function effectiveSourceIntegrity(project: ProjectSpec): SourceIntegrity | undefined {
  const keys = (project.signatureKeys ?? []).map(({ keyID }) => keyID);
  const { sourceIntegrity } = project;
  // A spec that was never checked against the schema may lack the part for Git.
  if (keys.length === 0 || (sourceIntegrity as Partial<SourceIntegrity> | undefined)?.git !== undefined)
    return sourceIntegrity;
  return { ...sourceIntegrity, git: { policies: [{ repos: [{ url: '*' }], gpg: { mode: 'head', keys } }] } };
}
