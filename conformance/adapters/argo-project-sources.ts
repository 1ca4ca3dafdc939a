/**
 * The repositories that upstream's tests of source patterns ask about, in their order (argoproj/argo-cd
 * pkg/apis/application/v1alpha1/types_test.go): the corpus has lost them, because a case's key `source` says which file
 * it is from.
 */
const asked: Readonly<Record<string, readonly string[]>> = {
  TestAppProject_IsSourcePermitted: [
    'https://github.com/argoproj/test.git',
    'https://github.com/argoproj/test.git',
    'ssh://git@github.com:argoproj/test',
    'https://github.com/argoproj/argoproj.git',
    'https://github.com/test2/test.git',
    'https://github.com/argoproj/test2.git',
    'https://github.com/argoproj1/test2.git',
    'https://github.com/argoproj/foo1',
    'https://gitlab.com/group/repo/owner',
    'https://gitlab.com/group/repo/owner',
    'https://gitlab.com/group/sub-group/repo/owner',
    'https://gitlab.com/group/sub-group/repo/owner',
  ],
  TestAppProject_IsNegatedSourcePermitted: [
    'https://github.com/argoproj/test.git',
    'ssh://git@github.com:argoproj/test',
    'https://github.com/argoproj/argoproj.git',
    'https://github.com/test2/test.git',
    'https://github.com/argoproj/foo1',
    'https://gitlab.com/group/repo/owner',
    'https://gitlab.com/group/sub-group/repo/owner',
    'https://gitlab.com/group/sub-group/repo/owner',
    'https://github.com/argoproj/test.git',
    'https://github.com/argoproj/test2.git',
    'https://github.com/argoproj1/test2.git',
  ],
};

/** The repository that a case asks about, by the case's name (`TEST/ROW`, rows from 1). */
export function repositoryOf(name: string): string | undefined {
  const [test = '', row = ''] = name.split('/');
  return asked[test]?.[Number(row) - 1];
}
