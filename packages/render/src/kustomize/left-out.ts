import { getKey, type JsonObject, type JsonValue } from '@capstan/object';
import {
  defaultIgnoreRules,
  leavesOut,
  parseIgnoreFile,
  readIgnoreFiles,
  subtree,
  versionControlRules,
  type FileTree,
  type IgnoreRule,
} from '@capstan/tree';
import { tryJoin } from './files.ts';
import { notFound } from './problem.ts';

/** Rules, with those that hold for every build before them. */
export function withDefaults(rules: readonly IgnoreRule[]): readonly IgnoreRule[] {
  return [...versionControlRules(), ...defaultIgnoreRules(), ...rules];
}

/** The rules of the ignore files in a folder and below it, then those that are given. */
export async function ignoreRules(tree: FileTree, path: string, ignore: string): Promise<readonly IgnoreRule[]> {
  return [...(await readIgnoreFiles(subtree(tree, path))), ...parseIgnoreFile(ignore)];
}

/** A kustomization without the resources, components and CRDs that are left out; URLs always stay. */
export async function withoutIgnored(
  tree: FileTree,
  path: string,
  own: JsonObject,
  ignore: string | undefined,
  rules: readonly IgnoreRule[],
): Promise<JsonObject> {
  if (ignore === undefined) return own;
  const all = withDefaults(rules);
  const result: Record<string, JsonValue> = { ...own };
  for (const name of ['resources', 'components', 'crds']) {
    const kept: JsonValue[] = [];
    const entries = getKey(own, name);
    if (!Array.isArray(entries)) continue;
    for (const entry of entries as readonly JsonValue[]) {
      if (typeof entry !== 'string' || (name !== 'crds' && URL.canParse(entry))) kept.push(entry);
      else if (!(await isLeftOut(tree, path, entry, all))) kept.push(entry);
    }
    result[name] = kept;
  }
  return result;
}

async function isLeftOut(tree: FileTree, path: string, entry: string, rules: readonly IgnoreRule[]): Promise<boolean> {
  const full = tryJoin(path, entry);
  const [listing] = full === undefined ? [] : await tree.list([full]);
  const [file] = full === undefined || listing !== undefined ? [] : await tree.read([full]);
  if (full === undefined || (listing === undefined && file === undefined))
    throw notFound(`${entry}: there is no such file or folder`, { path: entry });
  // Rules are seen from the folder that is built; what lies outside of it is nobody's to leave out.
  if (path !== '' && !full.startsWith(`${path}/`)) return false;
  return leavesOut(
    rules,
    path === '' ? full : full.slice(path.length + 1),
    listing === undefined ? 'file' : 'directory',
  );
}
