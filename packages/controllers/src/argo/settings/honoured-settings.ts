import { CapstanError } from '@capstan/errors';
import type { ArgoSettings, UnhonouredSetting } from './argo-settings.ts';

/**
 * Settings that upstream honours, that alter what is applied, deleted or permitted, and that we do not honour yet
 * (DESIGN, keystone 9). Each says what it alters, so that only Applications that it would alter are stopped. What is not
 * here does what it does upstream, or alters only what people are shown.
 */
const rows: readonly {
  readonly map: 'argocd-cm' | 'argocd-cmd-params-cm';
  readonly key: string;
  readonly isMade: (said: string) => boolean;
  readonly alters: UnhonouredSetting['alters'];
}[] = [
  row('argocd-cm', 'kustomize.enable', isOff, { what: 'source', type: 'Kustomize' }),
  row('argocd-cm', 'helm.enable', isOff, { what: 'source', type: 'Helm' }),
  row('argocd-cm', 'jsonnet.enable', isOff, { what: 'source', type: 'Directory' }),
  row('argocd-cm', 'helm.valuesFileSchemes', () => true, { what: 'source', type: 'Helm' }),
  row('argocd-cmd-params-cm', 'reposerver.include.hidden.directories', isOn, { what: 'source', type: 'Directory' }),
  row('argocd-cmd-params-cm', 'controller.sync.timeout.seconds', (said) => isSaid(said) && said !== '0', everything()),
];

/** The settings that are made and not honoured yet. */
export function unhonouredSettings(data: {
  readonly cm: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
}): readonly UnhonouredSetting[] {
  return rows.flatMap(({ map, key, isMade, alters }): readonly UnhonouredSetting[] => {
    const said = (map === 'argocd-cm' ? data.cm : data.params)[key];
    return said !== undefined && isMade(said) ? [{ setting: `${map}: ${key}`, alters }] : [];
  });
}

/** Throws NOT_HONOURED where a setting alters sources of one of these types and is not honoured yet. */
export function refuseUnhonouredSettings(
  { unhonoured }: Pick<ArgoSettings, 'unhonoured'>,
  sourceTypes: readonly string[],
): void {
  for (const { setting, alters } of unhonoured) {
    const isHit = alters.what === 'everything' || (alters.what === 'source' && sourceTypes.includes(alters.type));
    if (!isHit) continue;
    throw new CapstanError(
      'NOT_HONOURED',
      `the setting ${setting} alters this Application, and Capstan does not honour it yet; nothing is changed until it is removed`,
      { data: { field: setting } },
    );
  }
}

function row(
  map: 'argocd-cm' | 'argocd-cmd-params-cm',
  key: string,
  isMade: (said: string) => boolean,
  alters: UnhonouredSetting['alters'],
) {
  return { map, key, isMade, alters };
}

function everything(): UnhonouredSetting['alters'] {
  return { what: 'everything' };
}

function isSaid(said: string): boolean {
  return said.trim() !== '';
}

function isOn(said: string): boolean {
  return said.toLowerCase() === 'true';
}

function isOff(said: string): boolean {
  return said !== '' && said !== 'true';
}
