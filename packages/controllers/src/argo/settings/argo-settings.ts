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
  readonly impersonation: { readonly enabled: boolean; readonly enforced: boolean };
  readonly globalProjects: readonly GlobalProject[];
  /** Glob patterns of namespaces that Applications may live in besides the control namespace. */
  readonly applicationNamespaces: readonly string[];
  /** Whether the cluster that Capstan runs in may be a destination (`cluster.inClusterEnabled`). */
  readonly inCluster: boolean;
  readonly poll: { readonly intervalMs: number; readonly jitterMs: number };
  /** `kustomize.buildOptions`, as it was written. */
  readonly kustomizeBuildOptions: string;
  /** Versions of kustomize that operators have declared (`kustomize.path.VERSION`). */
  readonly kustomizeVersions: readonly string[];
}

/** Argo CD's settings where no ConfigMap says otherwise. Source: argoproj/argo-cd util/settings, its release manifests. */
export const defaultSettings: ArgoSettings = {
  tracking: { method: 'annotation', label: 'app.kubernetes.io/instance', installationId: '' },
  exclusions: [],
  inclusions: [],
  customizations: [],
  compare: {
    ignoreAggregatedRoles: false,
    ignoreStatusOf: 'all',
    ignoreDifferencesOnResourceUpdates: true,
    serverSideDiff: false,
  },
  ignoreResourceUpdates: true,
  impersonation: { enabled: false, enforced: false },
  globalProjects: [],
  applicationNamespaces: [],
  inCluster: true,
  poll: { intervalMs: 120_000, jitterMs: 60_000 },
  kustomizeBuildOptions: '',
  kustomizeVersions: [],
};
