import type { GitRepository } from '@capstan/testkit';

/** A commit in which a folder is another repository's commit. */
export async function addSubmodule(main: GitRepository, path: string, url: string, commit: string): Promise<string> {
  const modules = `[submodule "library"]\n\tpath = ${path}\n\turl = ${url}\n`;
  await main.commit({ '.gitmodules': modules }, 'where it is');
  await main.git('read-tree', 'main');
  await main.git('update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
  const tree = await main.git('write-tree');
  const made = await main.git('commit-tree', '-p', 'main', '-m', 'with a submodule', tree);
  await main.setRef('refs/heads/main', made);
  return made;
}
