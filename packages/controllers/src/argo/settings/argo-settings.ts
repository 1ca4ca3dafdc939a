import { releaseCustomizations, releaseExclusions } from './release-defaults.ts';

/** How objects are told to belong to an Application: by the tracking annotation, by a label, or by both. */
export type TrackingMethod = 'annotation' | 'label' | 'annotation+label';

/** Kinds on clusters, by glob patterns, that Argo CD leaves alone or keeps to (`resource.exclusions`, `.inclusions`). */
export interface KindFilter {
  readonly apiGroups: readonly string[];
  readonly kinds: readonly string[];
  readonly clusters: readonly string[];
}

/** Fields that are no difference: by JSON pointer, by jq path expression, by whoever manages them. */
export interface IgnoredFields {
  readonly jsonPointers: readonly string[];
  readonly jqPathExpressions: readonly string[];
  readonly managedFieldsManagers: readonly string[];
}

/** What an operator says about a kind (`resource.customizations.*`). `group` and `kind` may be glob patterns. */
export interface KindCustomization {
  readonly group: string;
  readonly kind: string;
  /** A Lua script that judges objects of the kind, before the built-in check. */
  readonly healthScript?: string;
  /** Whether the script may use Lua's standard libraries. */
  readonly useOpenLibs: boolean;
  /** Actions on objects of the kind, as YAML: `discovery.lua`, `definitions`, `mergeBuiltinActions`. */
  readonly actions?: string;
  readonly ignoreDifferences?: IgnoredFields;
  readonly ignoreResourceUpdates?: IgnoredFields;
  /** Fields whose values are Kubernetes types that are written in several ways, such as quantities. */
  readonly knownTypeFields: readonly { readonly field: string; readonly type: string }[];
}

/** A project whose rules hold for every project that its selector matches (`globalProjects`). */
export interface GlobalProject {
  readonly projectName: string;
  /** A Kubernetes label selector, as it was written. */
  readonly labelSelector: Readonly<Record<string, unknown>>;
}

/** What `argocd-cm` and `argocd-cmd-params-cm` decide, with Argo CD's defaults filled in. Durations are milliseconds. */
export interface ArgoSettings {
  readonly tracking: {
    readonly method: TrackingMethod;
    /** The label that names the Application (`application.instanceLabelKey`). */
    readonly label: string;
    /** Tells installations apart that share a cluster; empty where there is one. */
    readonly installationId: string;
  };
  readonly exclusions: readonly KindFilter[];
  readonly inclusions: readonly KindFilter[];
  readonly customizations: readonly KindCustomization[];
  readonly compare: {
    readonly ignoreAggregatedRoles: boolean;
    /** On which kinds a difference in `status` counts for nothing. */
    readonly ignoreStatusOf: 'all' | 'crd' | 'none';
    readonly ignoreDifferencesOnResourceUpdates: boolean;
    /** Whether server-side diff is the default (`controller.diff.server.side`). */
    readonly serverSideDiff: boolean;
  };
  readonly ignoreResourceUpdates: boolean;
  /** `enforced`: an Application without a service account of its own is refused, where impersonation is on. */
  readonly impersonation: { readonly enabled: boolean; readonly enforced: boolean };
  readonly globalProjects: readonly GlobalProject[];
  /** Glob patterns of namespaces that Applications may live in besides the control namespace. */
  readonly applicationNamespaces: readonly string[];
  /** Whether the cluster that Capstan runs in may be a destination (`cluster.inClusterEnabled`). */
  readonly inCluster: boolean;
  /** How often target revisions are looked at, and how much is added at most; an interval of 0 never looks by itself. */
  readonly poll: { readonly intervalMs: number; readonly jitterMs: number };
  /**
   * How drift is healed again and again: first after `baseMs`, each time `factor` times later, at most after `capMs`;
   * always after `fixedMs` where `baseMs` is 0.
   */
  readonly selfHeal: {
    readonly baseMs: number;
    readonly factor: number;
    readonly capMs: number;
    readonly fixedMs: number;
  };
  /** After so long a sync is ended; 0 never. */
  readonly syncTimeoutMs: number;
  /** Between waves, so that other controllers see what was applied. */
  readonly waveDelayMs: number;
  /** Whether `status.resources` says each object's health (`controller.resource.health.persist`). */
  readonly persistResourceHealth: boolean;
  /** Whether submodules are part of a repository's content (`reposerver.enable.git.submodule`). */
  readonly submodules: boolean;
  /** Kinds of sources that are told by their files (`kustomize.enable`, `helm.enable`, `jsonnet.enable`). */
  readonly detected: { readonly kustomize: boolean; readonly helm: boolean; readonly directory: boolean };
  /** `kustomize.buildOptions`, as it was written. */
  readonly kustomizeBuildOptions: string;
  /** Versions of kustomize that operators have declared (`kustomize.path.VERSION`). */
  readonly kustomizeVersions: readonly string[];
  /** From where values files of charts may be read, besides the repository (`helm.valuesFileSchemes`). */
  readonly valuesFileSchemes: readonly string[];
  /** Labels of Applications and projects that their events bear: glob patterns of keys, and of those that stay out. */
  readonly eventLabels: { readonly included: readonly string[]; readonly excluded: readonly string[] };
  /** Settings that cannot be read, with why. While there is one nothing can be compared, and nothing is changed. */
  readonly problems: readonly string[];
  /** Settings that cannot be read and in whose place Argo CD, too, takes its default. */
  readonly warnings: readonly string[];
  /** Settings that are made and that Capstan does not honour yet: what they would alter is left as it is. */
  readonly unhonoured: readonly UnhonouredSetting[];
}

/** A setting that is not honoured yet, and what it alters: sources of a type. */
export interface UnhonouredSetting {
  /** ConfigMap and key, as people look them up. */
  readonly setting: string;
  readonly alters: { readonly what: 'source'; readonly type: 'Kustomize' | 'Helm' | 'Directory' };
}

/** Argo CD's settings where there is no ConfigMap: those of its release manifests. Source: argoproj/argo-cd util/settings, its release manifests. */
export const defaultSettings: ArgoSettings = {
  tracking: { method: 'annotation', label: 'app.kubernetes.io/instance', installationId: '' },
  exclusions: releaseExclusions,
  inclusions: [],
  customizations: releaseCustomizations,
  compare: {
    ignoreAggregatedRoles: false,
    ignoreStatusOf: 'all',
    ignoreDifferencesOnResourceUpdates: true,
    serverSideDiff: false,
  },
  ignoreResourceUpdates: true,
  impersonation: { enabled: false, enforced: true },
  globalProjects: [],
  applicationNamespaces: [],
  inCluster: true,
  poll: { intervalMs: 120_000, jitterMs: 60_000 },
  selfHeal: { baseMs: 2_000, factor: 3, capMs: 300_000, fixedMs: 0 },
  syncTimeoutMs: 0,
  waveDelayMs: 2_000,
  persistResourceHealth: false,
  submodules: true,
  detected: { kustomize: true, helm: true, directory: true },
  kustomizeBuildOptions: '',
  kustomizeVersions: [],
  valuesFileSchemes: ['https', 'http'],
  eventLabels: { included: [], excluded: [] },
  problems: [],
  warnings: [],
  unhonoured: [],
};
