import type { CallOptions, KubeClient } from '@capstan/kube';
import type { ArgoSettings } from './argo-settings.ts';
import { configMapData } from './config-map-data.ts';
import { PARAMETERS_MAP, SETTINGS_MAP, settingsOf, type SettingData } from './settings-of.ts';

/** Argo CD's settings in a control namespace, read once. Throws KUBE_*. */
export async function readSettings(
  client: KubeClient,
  namespace: string,
  options: CallOptions = {},
): Promise<ArgoSettings> {
  const read = async (name: string): Promise<SettingData | undefined> => {
    const found = await client.find({ group: '', version: 'v1', kind: 'ConfigMap', namespace, name }, options);
    return found === undefined ? undefined : configMapData(found);
  };
  const [cm, params] = await Promise.all([read(SETTINGS_MAP), read(PARAMETERS_MAP)]);
  return settingsOf({ cm, params });
}
