/** Whether an entry of `resources` names a repository elsewhere, as kustomize takes it. */
export function isRemote(path: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:\/\//i.test(path) ||
    /^(git::|gh:|github\.com[/:]|[^/]+@[^/:]+[:/])/i.test(path) ||
    /\.git(\/|\?|$)/.test(path) ||
    /\/_git\//.test(path) ||
    /[?&](ref|version)=/.test(path)
  );
}
