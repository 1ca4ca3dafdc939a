/** What is wrong with a project, and the kind of it by gRPC's names, as Argo CD's API answers. */
export interface ProjectProblem {
  readonly code: 'InvalidArgument' | 'AlreadyExists' | 'OutOfRange' | 'Unknown';
  readonly message: string;
}

/** A problem of a project. */
export function projectProblem(code: ProjectProblem['code'], message: string): ProjectProblem {
  return { code, message };
}
