import type { FileTree } from '../file-tree.ts';
import { childPath } from '../path.ts';
import { walkTree, type WalkedEntry } from '../walk-tree.ts';
import { isIgnored, parseIgnoreFile, parseIgnoreRule, type IgnoreRule } from './ignore-rules.ts';

/** Name of the ignore file that Flux reads in every folder of a source. */
export const SOURCE_IGNORE_FILE = '.sourceignore';

const VERSION_CONTROL = ['.git/', '.gitignore', '.gitmodules', '.gitattributes'];
const MEDIA_AND_ARCHIVES = ['*.jpg', '*.jpeg', '*.gif', '*.png', '*.wmv', '*.flv', '*.tar.gz', '*.zip'];
const BUILD_SERVICES = [
  ...['.github/', '.circleci/', '.travis.yml', '.gitlab-ci.yml', 'appveyor.yml', '.drone.yml'],
  ...['cloudbuild.yaml', 'codeship-services.yml', 'codeship-steps.yml'],
];
const OTHERS = ['**/.goreleaser.yml', '**/.sops.yaml', '**/.flux.yaml'];

/** Rules that always hold for an artifact: files of version control. */
export function versionControlRules(domain: readonly string[] = []): readonly IgnoreRule[] {
  return VERSION_CONTROL.map((pattern) => parseIgnoreRule(pattern, domain));
}

/** Rules that hold for an artifact when a source brings none of its own. */
export function defaultIgnoreRules(domain: readonly string[] = []): readonly IgnoreRule[] {
  return [...MEDIA_AND_ARCHIVES, ...BUILD_SERVICES, ...OTHERS].map((pattern) => parseIgnoreRule(pattern, domain));
}

/**
 * What a Flux source leaves out of its artifact: the `.sourceignore` files of the tree, each in its folder, then the
 * resource's `ignore`; where there is no rule at all the defaults; files of version control always, unless a rule
 * brings them back. `walked`: everything in the tree, for a caller that has walked it.
 */
export async function sourceIgnoreRules(
  tree: FileTree,
  ignore: string | undefined,
  walked?: readonly WalkedEntry[],
): Promise<readonly IgnoreRule[]> {
  const own = [...(await readIgnoreFiles(tree, walked)), ...parseIgnoreFile(ignore ?? '')];
  return [...versionControlRules(), ...(own.length > 0 ? own : defaultIgnoreRules())];
}

/** The rules of all `.sourceignore` files of a tree, those of a folder before those of its folders. */
export async function readIgnoreFiles(tree: FileTree, walked?: readonly WalkedEntry[]): Promise<readonly IgnoreRule[]> {
  const entries = walked ?? (await walkTree(tree, ''));
  const inGit = (path: string): boolean => path.split('/').includes('.git');
  const folders = entries.filter(({ kind, link, path }) => kind === 'directory' && link !== true && !inGit(path));
  const present = new Set(
    entries.filter(({ kind, name }) => kind === 'file' && name === SOURCE_IGNORE_FILE).map(({ path }) => path),
  );
  const paths = ['', ...folders.map(({ path }) => path)].filter((folder) =>
    present.has(childPath(folder, SOURCE_IGNORE_FILE)),
  );
  const files = await tree.read(paths.map((folder) => childPath(folder, SOURCE_IGNORE_FILE)));
  return files.flatMap((file, index) => {
    const domain = (paths[index] ?? '').split('/').filter((segment) => segment !== '');
    return file === undefined ? [] : parseIgnoreFile(new TextDecoder().decode(file.bytes), domain);
  });
}

/** Whether rules leave a path out. */
export function leavesOut(rules: readonly IgnoreRule[], path: string, kind: 'file' | 'directory'): boolean {
  return isIgnored(rules, path.split('/'), kind === 'directory');
}
