import { messageOf } from '@capstan/errors';
import { deepEqual, type JsonValue } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { Engine } from '../../runtime/engine.ts';
import { FollowedObjects } from '../../runtime/followed-objects.ts';
import { defaultSettings, type ArgoSettings } from './argo-settings.ts';
import { configMapData } from './config-map-data.ts';
import { PARAMETERS_MAP, SETTINGS_MAP, settingsOf, type SettingData } from './settings-of.ts';

/** Follows a ConfigMap of the control namespace by its name alone. */
export function followConfigMap(
  engine: Pick<Engine, 'clock' | 'log'>,
  cluster: Pick<Cluster, 'client'>,
  where: { readonly namespace: string; readonly name: string; readonly random: () => number },
  onChange: () => void,
): FollowedObjects {
  const { namespace, name, random } = where;
  return new FollowedObjects({
    client: cluster.client,
    kind: { group: '', version: 'v1', kind: 'ConfigMap' },
    scope: { namespace, name },
    clock: engine.clock,
    random,
    onChange,
    onFailure: (error) =>
      engine.log.warn({ configMap: `${namespace}/${name}`, error: messageOf(error) }, 'settings could not be read'),
  });
}

/** Argo CD's settings as they are now, followed in the cluster. What cannot be read stands in the log, and in status. */
export class SettingsStore {
  readonly #engine: Pick<Engine, 'clock' | 'log'>;
  readonly #maps: { readonly cm: FollowedObjects; readonly params: FollowedObjects };
  readonly #onChange: () => void;
  #current: ArgoSettings = defaultSettings;
  #isReady = false;
  /** Resolves when both ConfigMaps have been read, or are known not to be there. */
  readonly ready: Promise<void>;

  constructor(
    engine: Pick<Engine, 'clock' | 'log'>,
    cluster: Pick<Cluster, 'client'>,
    where: { readonly namespace: string; readonly random: () => number },
    onChange: () => void,
  ) {
    this.#engine = engine;
    this.#onChange = onChange;
    const follow = (name: string): FollowedObjects =>
      followConfigMap(engine, cluster, { ...where, name }, () => this.#changed());
    this.#maps = { cm: follow(SETTINGS_MAP), params: follow(PARAMETERS_MAP) };
    this.ready = Promise.all([this.#maps.cm.ready, this.#maps.params.ready]).then(() => {
      this.#isReady = true;
      this.#read();
    });
  }

  /** What is followed. */
  followed(): readonly FollowedObjects[] {
    return [this.#maps.cm, this.#maps.params];
  }

  current(): ArgoSettings {
    return this.#current;
  }

  async close(): Promise<void> {
    await Promise.all([this.#maps.cm.close(), this.#maps.params.close()]);
  }

  #changed(): void {
    // Half of the settings is none.
    if (this.#isReady && this.#read()) this.#onChange();
  }

  /** Whether they have changed. */
  #read(): boolean {
    const data = (map: FollowedObjects, name: string): SettingData | undefined => {
      const object = map.get(name);
      return object === undefined ? undefined : configMapData(object);
    };
    const next = settingsOf({ cm: data(this.#maps.cm, SETTINGS_MAP), params: data(this.#maps.params, PARAMETERS_MAP) });
    if (deepEqual(asJson(next), asJson(this.#current))) return false;
    this.#current = next;
    const { log } = this.#engine;
    for (const problem of next.problems)
      log.error({ problem }, 'a setting cannot be read: no Application is compared until it is mended');
    for (const warning of next.warnings) log.warn({ warning }, 'a setting is passed over');
    return true;
  }
}

// Settings are plain data; their interfaces have no index signature, so that the compiler cannot see it.
function asJson(settings: ArgoSettings): JsonValue {
  return JSON.parse(JSON.stringify(settings)) as JsonValue;
}
