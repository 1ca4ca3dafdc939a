import { CapstanError } from '@capstan/errors';
import type { ArgoSettings, UnhonouredSetting } from './argo-settings.ts';

/**
 * Settings that upstream honours, that alter what is applied, deleted or permitted, and that we do not honour yet
 * (DESIGN, keystone 9). Each says what it alters, so that only Applications that it would alter are stopped. What is not
 * here does what it does upstream, or alters only what people are shown (docs/spec/argo-settings.md names those).
 */
const rows: readonly { readonly key: string; readonly alters: UnhonouredSetting['alters'] }[] = [
  { key: 'helm.valuesFileSchemes', alters: { what: 'source', type: 'Helm' } },
];

/** The settings of `argocd-cm` that are made and not honoured yet. */
export function unhonouredSettings(cm: Readonly<Record<string, string>>): readonly UnhonouredSetting[] {
  return rows.flatMap(({ key, alters }): readonly UnhonouredSetting[] =>
    cm[key] === undefined ? [] : [{ setting: `argocd-cm: ${key}`, alters }],
  );
}

/** Throws NOT_HONOURED where a setting alters sources of one of these types and is not honoured yet. */
export function refuseUnhonouredSettings(
  { unhonoured }: Pick<ArgoSettings, 'unhonoured'>,
  sourceTypes: readonly string[],
): void {
  for (const { setting, alters } of unhonoured) {
    if (!sourceTypes.includes(alters.type)) continue;
    throw new CapstanError(
      'NOT_HONOURED',
      `the setting ${setting} alters this Application, and Capstan does not honour it yet; nothing is changed until it is removed`,
      { data: { field: setting } },
    );
  }
}
