import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { isCapstanError, CapstanError } from '@capstan/errors';
import type { JsonValue } from '@capstan/object';
import { parse } from '@capstan/yaml';
import { readText } from './cluster-auth.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { parseKubeconfig, resolveContext, type Kubeconfig } from './kubeconfig.ts';
import { operatorKubeconfig, resolveCluster, untrustedKubeconfig, type KubeconfigTrust } from './resolve-cluster.ts';

/** Which kubeconfig and which context of it. */
export interface LoadOptions {
  /** A file, or several parted as in `KUBECONFIG`. Absent: `KUBECONFIG`, else `~/.kube/config`. */
  readonly path?: string;
  /** The current context when absent. */
  readonly context?: string;
  /** `operatorKubeconfig` when absent: files yes, programs and unchecked TLS no. */
  readonly trust?: KubeconfigTrust;
}

/** Reads the kubeconfig of an operator. Throws KUBECONFIG_INVALID and KUBECONFIG_FORBIDDEN. */
export async function loadKubeconfig(options: LoadOptions = {}): Promise<ClusterConfig> {
  const paths = pathsOf(options.path).map((path) => resolve(path));
  const found: { readonly path: string; readonly config: Kubeconfig }[] = [];
  for (const path of paths) {
    const text = await readText(path, 'the kubeconfig').catch((error: unknown) => {
      // Of several files those that are missing count for nothing, as in kubectl.
      if (paths.length > 1 && isCapstanError(error, 'KUBECONFIG_INVALID')) return undefined;
      throw error;
    });
    if (text !== undefined) found.push({ path, config: parseKubeconfig(documentOf(text, path), path) });
  }
  const [first] = found;
  if (first === undefined) throw new CapstanError('KUBECONFIG_INVALID', `no kubeconfig in ${paths.join(', ')}`);
  const where = found.map(({ path }) => path).join(delimiter);
  const context = resolveContext(merge(found.map(({ config }) => config)), options.context, where);
  const trust = options.trust ?? operatorKubeconfig;
  // Paths are relative to the file that names them; with several, to the first that has the user.
  const owner =
    found.find(({ config }) => config.clusters?.some((entry) => entry.cluster === context.cluster)) ?? first;
  return resolveCluster(context, { trust, directory: dirname(owner.path), where });
}

/**
 * Reads a kubeconfig that stands in a resource, such as a Secret. It may name no file and no program: those throw
 * KUBECONFIG_FORBIDDEN. `where` is the resource, for messages.
 */
export async function kubeconfigFromText(
  text: string,
  where: string,
  options: { readonly context?: string; readonly trust?: KubeconfigTrust } = {},
): Promise<ClusterConfig> {
  const context = resolveContext(parseKubeconfig(documentOf(text, where), where), options.context, where);
  const trust = options.trust ?? untrustedKubeconfig;
  return resolveCluster(context, { trust, directory: '/', where });
}

function pathsOf(given: string | undefined): readonly string[] {
  const text = given ?? process.env['KUBECONFIG'] ?? '';
  const paths = text.split(delimiter).filter((path) => path !== '');
  return paths.length > 0 ? paths : [join(homedir(), '.kube', 'config')];
}

/** Several kubeconfigs as one: of entries with one name the first counts. */
function merge(configs: readonly Kubeconfig[]): Kubeconfig {
  const current = configs.map((config) => config['current-context'] ?? '').find((name) => name !== '');
  return {
    clusters: configs.flatMap((config) => config.clusters ?? []),
    users: configs.flatMap((config) => config.users ?? []),
    contexts: configs.flatMap((config) => config.contexts ?? []),
    ...(current === undefined ? {} : { 'current-context': current }),
  };
}

function documentOf(text: string, where: string): JsonValue {
  try {
    return parse(text, { source: where, rules: 'v2' });
  } catch (cause) {
    // The reader's words may quote the text, which holds secrets: only where it stopped is passed on.
    const line = cause instanceof CapstanError ? cause.data['line'] : undefined;
    const at = typeof line === 'number' ? ` (line ${line})` : '';
    throw new CapstanError('KUBECONFIG_INVALID', `${where}: it is no YAML document${at}`);
  }
}
