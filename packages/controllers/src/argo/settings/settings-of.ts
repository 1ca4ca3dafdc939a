import type { JsonValue } from '@capstan/object';
import { defaultSettings, type ArgoSettings, type GlobalProject, type KindFilter } from './argo-settings.ts';
import { customizationsOf } from './customizations.ts';
import { unhonouredSettings } from './honoured-settings.ts';
import {
  BadValue,
  field,
  list,
  mapping,
  parseMilliseconds,
  parseTruth,
  text,
  texts,
  yamlValue,
} from './read-values.ts';
import { trackingOf } from './tracking-settings.ts';

/** Data of a ConfigMap; undefined where there is no such ConfigMap. */
export type SettingData = Readonly<Record<string, string>>;

/** Where Argo CD's settings stand. */
export interface SettingSources {
  /** Data of `argocd-cm`. */
  readonly cm?: SettingData | undefined;
  /** Data of `argocd-cmd-params-cm`. */
  readonly params?: SettingData | undefined;
}

/** The ConfigMap of settings that count at once. */
export const SETTINGS_MAP = 'argocd-cm';
/** The ConfigMap of what upstream's programs are started with. */
export const PARAMETERS_MAP = 'argocd-cmd-params-cm';

/**
 * Reads Argo CD's settings. Without an `argocd-cm` those of the release manifests hold; an `argocd-cm` counts as it is,
 * so that one without `resource.exclusions` excludes nothing but what Argo CD always does. Never throws: what cannot be
 * read is in `problems`, and in `warnings` where Argo CD takes its default instead.
 */
export function settingsOf({ cm, params }: SettingSources): ArgoSettings {
  const reader = new SettingReader(cm ?? {}, params ?? {});
  const settings = { ...ofSettingsMap(reader, cm), ...ofParameters(reader) };
  const { problems, warnings } = reader;
  const complete = { ...settings, problems, warnings, unhonoured: [] };
  return { ...complete, unhonoured: unhonouredSettings(cm ?? {}) };
}

type FromParameters =
  'applicationNamespaces' | 'selfHeal' | 'syncTimeoutMs' | 'waveDelayMs' | 'persistResourceHealth' | 'submodules';
type Told = 'problems' | 'warnings' | 'unhonoured';

function ofSettingsMap(reader: SettingReader, cm: SettingData | undefined): Omit<ArgoSettings, FromParameters | Told> {
  const { warn } = reader;
  const value = (key: string): string => reader.cm[key] ?? '';
  const wasOn = (key: string): boolean => value(key) === '' || value(key) === 'true';
  return {
    tracking: trackingOf(reader.cm, warn),
    exclusions: cm === undefined ? defaultSettings.exclusions : reader.read('resource.exclusions', [], kindFilters),
    inclusions: reader.read('resource.inclusions', [], kindFilters),
    customizations:
      cm === undefined
        ? defaultSettings.customizations
        : customizationsOf(reader.cm, (key, error) => reader.refuse(key, error)),
    compare: { ...compareOptions(reader), serverSideDiff: reader.isSet('controller.diff.server.side', false) },
    ignoreResourceUpdates: reader.read('resource.ignoreResourceUpdatesEnabled', true, (said) =>
      said === '' ? true : parseTruth(said),
    ),
    impersonation: {
      enabled: value('application.sync.impersonation.enabled') === 'true',
      enforced: value('application.sync.impersonation.enforced') !== 'false',
    },
    globalProjects: reader.read('globalProjects', [], globalProjects),
    inCluster: value('cluster.inClusterEnabled') !== 'false',
    poll: {
      intervalMs: reader.duration('timeout.reconciliation', defaultSettings.poll.intervalMs),
      jitterMs: reader.duration('timeout.reconciliation.jitter', defaultSettings.poll.jitterMs),
    },
    detected: {
      kustomize: wasOn('kustomize.enable'),
      helm: wasOn('helm.enable'),
      directory: wasOn('jsonnet.enable'),
    },
    kustomizeBuildOptions: value('kustomize.buildOptions'),
    kustomizeVersions: kustomizeVersions(reader),
    eventLabels: {
      included: keys(value('resource.includeEventLabelKeys')),
      excluded: keys(value('resource.excludeEventLabelKeys')),
    },
    valuesFileSchemes:
      reader.cm['helm.valuesFileSchemes'] === undefined
        ? defaultSettings.valuesFileSchemes
        : words(value('helm.valuesFileSchemes')).filter((word) => word !== ''),
  };
}

function ofParameters(reader: SettingReader): Pick<ArgoSettings, FromParameters> {
  const { baseMs, factor, capMs } = defaultSettings.selfHeal;
  const prefix = 'controller.self.heal.backoff';
  return {
    applicationNamespaces: words(reader.params['application.namespaces'] ?? '').filter((word) => word !== ''),
    selfHeal: {
      baseMs: reader.number(`${prefix}.timeout.seconds`, baseMs / 1000) * 1000,
      factor: reader.number(`${prefix}.factor`, factor),
      capMs: reader.number(`${prefix}.cap.seconds`, capMs / 1000) * 1000,
      fixedMs: reader.number('controller.self.heal.timeout.seconds', 0) * 1000,
    },
    syncTimeoutMs: reader.number('controller.sync.timeout.seconds', 0) * 1000,
    waveDelayMs: reader.number('controller.sync.wave.delay.seconds', defaultSettings.waveDelayMs / 1000) * 1000,
    persistResourceHealth: reader.isSet('controller.resource.health.persist', false),
    submodules: reader.isSet('reposerver.enable.git.submodule', defaultSettings.submodules),
  };
}

/** Reads single settings and keeps what was wrong with them. */
class SettingReader {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly cm: SettingData;
  readonly params: SettingData;

  constructor(cm: SettingData, params: SettingData) {
    this.cm = cm;
    this.params = params;
  }

  readonly warn = (key: string, message: string): void => {
    this.warnings.push(`${SETTINGS_MAP}: ${key}: ${message}`);
  };

  refuse(key: string, error: BadValue): void {
    this.problems.push(`${SETTINGS_MAP}: ${key}: ${error.message}`);
  }

  /** A setting of argocd-cm; `absent` where it is not made, or not to be read. */
  read<T>(key: string, absent: T, parse: (said: string) => T): T {
    const said = this.cm[key];
    if (said === undefined) return absent;
    try {
      return parse(said);
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      this.refuse(key, error);
      return absent;
    }
  }

  /** A duration of argocd-cm that Argo CD's controller is started with: what it cannot read it passes over. */
  duration(key: string, byDefault: number): number {
    const said = this.cm[key] ?? '';
    if (said === '') return byDefault;
    try {
      const milliseconds = parseMilliseconds(said);
      if (milliseconds < 0) throw new BadValue(`${JSON.stringify(said)} is less than nothing`);
      // Whole seconds, as upstream's flags take them.
      return Math.trunc(milliseconds / 1000) * 1000;
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      this.warn(key, `${error.message}; ${byDefault / 1000} s is taken instead`);
      return byDefault;
    }
  }

  /** A whole number of argocd-cmd-params-cm. */
  number(key: string, byDefault: number): number {
    const said = this.params[key] ?? '';
    if (said === '') return byDefault;
    const parsed = /^[-+]?\d{1,10}$/.test(said) ? Number(said) : NaN;
    if (parsed >= 0 && parsed <= 2 ** 31 - 1) return parsed;
    this.warnings.push(
      `${PARAMETERS_MAP}: ${key}: ${JSON.stringify(said)} is no number from 0 to 2147483647; ${byDefault} is taken instead`,
    );
    return byDefault;
  }

  /** A switch of argocd-cmd-params-cm. */
  isSet(key: string, byDefault: boolean): boolean {
    const said = (this.params[key] ?? '').toLowerCase();
    if (said === 'true' || said === 'false') return said === 'true';
    if (said !== '') this.warnings.push(`${PARAMETERS_MAP}: ${key}: it is neither true nor false; it is passed over`);
    return byDefault;
  }
}

function kindFilters(said: string): readonly KindFilter[] {
  return list(yamlValue(said), 'it').map((item) => {
    const entry = mapping(item, 'each entry');
    return {
      apiGroups: texts(field(entry, 'apiGroups'), 'apiGroups'),
      kinds: texts(field(entry, 'kinds'), 'kinds'),
      clusters: texts(field(entry, 'clusters'), 'clusters'),
    };
  });
}

function globalProjects(said: string): readonly GlobalProject[] {
  return list(yamlValue(said), 'it').map((item) => {
    const entry = mapping(item, 'each entry');
    return {
      projectName: text(field(entry, 'projectName'), 'projectName'),
      labelSelector: mapping(field(entry, 'labelSelector'), 'labelSelector'),
    };
  });
}

function compareOptions(reader: SettingReader): Omit<ArgoSettings['compare'], 'serverSideDiff'> {
  const { serverSideDiff: _ours, ...byDefault } = defaultSettings.compare;
  return reader.read('resource.compareoptions', byDefault, (said) => {
    const entry = mapping(yamlValue(said), 'it');
    const aggregated = flag(field(entry, 'ignoreAggregatedRoles'), byDefault.ignoreAggregatedRoles);
    const onUpdates = flag(
      field(entry, 'ignoreDifferencesOnResourceUpdates'),
      byDefault.ignoreDifferencesOnResourceUpdates,
    );
    const status = field(entry, 'ignoreResourceStatusField');
    return {
      ignoreAggregatedRoles: aggregated,
      ignoreDifferencesOnResourceUpdates: onUpdates,
      ignoreStatusOf: ignoredStatus(text(status, 'ignoreResourceStatusField'), reader),
    };
  });
}

function ignoredStatus(said: string, reader: SettingReader): 'all' | 'crd' | 'none' {
  switch (said) {
    case '':
    case 'all':
      return 'all';
    case 'crd':
      return 'crd';
    case 'none':
    case 'off':
    case 'false':
      return 'none';
    default:
      reader.warn('resource.compareoptions', `unrecognized value for ignoreResourceStatusField: ${said}; all is taken`);
      return 'all';
  }
}

function flag(value: JsonValue, byDefault: boolean): boolean {
  if (value === null) return byDefault;
  if (typeof value !== 'boolean') throw new BadValue('its switches must be true or false');
  return value;
}

function kustomizeVersions(reader: SettingReader): readonly string[] {
  const found = new Set<string>();
  for (const key of Object.keys(reader.cm).sort()) {
    const version = /^kustomize\.(?:version|path)\.(.+)$/.exec(key)?.[1];
    if (version === undefined) continue;
    if (found.has(version)) reader.refuse(key, new BadValue(`found duplicate kustomize version: ${version}`));
    found.add(version);
  }
  return [...found].sort();
}

function keys(said: string): readonly string[] {
  return said === '' ? [] : said.replaceAll(' ', '').split(',');
}

function words(said: string): readonly string[] {
  return said.split(',').map((word) => word.trim());
}
