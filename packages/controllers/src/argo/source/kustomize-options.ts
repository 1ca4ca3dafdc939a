import { CapstanError } from '@capstan/errors';
import type { Source } from '../application.ts';
import type { ArgoSettings } from '../settings/argo-settings.ts';

/** What `kustomize.buildOptions` changes about a build. */
export interface KustomizeOptions {
  readonly order: 'input' | 'legacy';
  readonly loadRestrictions: 'root' | 'none';
}

/** Options that change nothing here: what they switch on is refused by name where a kustomization uses it, or is no option of a build without a command line. */
const without = new Set([
  '--enable-helm',
  '--enable-alpha-plugins',
  '--enable-exec',
  '--enable-star',
  '--network',
  '--as-current-user',
  '--helm-debug',
  '--stack-trace',
]);
const withValue = new Set([
  '--network-name',
  '--mount',
  '--env',
  '-e',
  '--helm-command',
  '--helm-kube-version',
  '--helm-api-versions',
]);

/**
 * Reads `kustomize.buildOptions`, split at blanks as upstream splits it. Throws RENDER_INVALID for a value that kustomize
 * does not take, NOT_HONOURED for an option that is not known here: it might change what is applied.
 */
export function kustomizeOptions(text: string): KustomizeOptions {
  let order: KustomizeOptions['order'] = 'legacy';
  let loadRestrictions: KustomizeOptions['loadRestrictions'] = 'root';
  const words = text.split(/\s+/).filter((word) => word !== '');
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const takesValue = withValue.has(name) || name === '--load-restrictor' || name === '--reorder';
    const value = equals >= 0 ? word.slice(equals + 1) : takesValue ? (words[++at] ?? '') : '';
    if (name === '--load-restrictor') loadRestrictions = restrictions(value);
    else if (name === '--reorder') order = orderOf(value);
    else if (!without.has(name) && !withValue.has(name))
      throw new CapstanError(
        'NOT_HONOURED',
        `argocd-cm: kustomize.buildOptions has ${name}, which Capstan does not honour; nothing is changed until it is removed`,
        { data: { field: name } },
      );
  }
  return { order, loadRestrictions };
}

function restrictions(value: string): KustomizeOptions['loadRestrictions'] {
  if (value === 'LoadRestrictionsNone') return 'none';
  if (value === 'LoadRestrictionsRootOnly') return 'root';
  throw illegal('load-restrictor', value, ['LoadRestrictionsRootOnly', 'LoadRestrictionsNone']);
}

function orderOf(value: string): KustomizeOptions['order'] {
  if (value === 'none') return 'input';
  if (value === 'legacy') return 'legacy';
  throw illegal('reorder', value, ['legacy', 'none']);
}

function illegal(name: string, value: string, legal: readonly string[]): CapstanError {
  return new CapstanError(
    'RENDER_INVALID',
    `illegal flag value --${name} ${value}; legal values: [${legal.join(' ')}]`,
    { data: { value } },
  );
}

/**
 * Refuses a version of kustomize that nobody has declared, as upstream. One that is declared is built by Capstan's own
 * engine, whatever program it stands for. Throws RENDER_INVALID.
 */
export function checkKustomizeVersion(source: Source, settings: Pick<ArgoSettings, 'kustomizeVersions'>): void {
  const version = source.kustomize?.version ?? '';
  if (version === '' || settings.kustomizeVersions.includes(version)) return;
  throw new CapstanError(
    'RENDER_INVALID',
    `error getting kustomize binary path: kustomize version ${version} is not registered`,
    { data: { version } },
  );
}
