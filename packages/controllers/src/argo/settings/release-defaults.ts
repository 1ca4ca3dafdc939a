import type { KindCustomization, KindFilter } from './argo-settings.ts';

// What the argocd-cm of Argo CD's release manifests holds. It counts where there is no argocd-cm at all.

function leaveOut(apiGroups: readonly string[], kinds: readonly string[]): KindFilter {
  return { apiGroups, kinds, clusters: [] };
}

/** Kinds that controllers make in masses, and requests that are no state. */
export const releaseExclusions: readonly KindFilter[] = [
  leaveOut(['', 'discovery.k8s.io'], ['Endpoints', 'EndpointSlice']),
  leaveOut(['coordination.k8s.io'], ['Lease']),
  leaveOut(
    ['authentication.k8s.io', 'authorization.k8s.io'],
    [
      'SelfSubjectReview',
      'TokenReview',
      'LocalSubjectAccessReview',
      'SelfSubjectAccessReview',
      'SelfSubjectRulesReview',
      'SubjectAccessReview',
    ],
  ),
  leaveOut(['certificates.k8s.io'], ['CertificateSigningRequest']),
  leaveOut(['cert-manager.io'], ['CertificateRequest']),
  leaveOut(['cilium.io'], ['CiliumIdentity', 'CiliumEndpoint', 'CiliumEndpointSlice']),
  leaveOut(
    ['kyverno.io', 'reports.kyverno.io', 'wgpolicyk8s.io'],
    [
      'PolicyReport',
      'ClusterPolicyReport',
      'EphemeralReport',
      'ClusterEphemeralReport',
      'AdmissionReport',
      'ClusterAdmissionReport',
      'BackgroundScanReport',
      'ClusterBackgroundScanReport',
      'UpdateRequest',
    ],
  ),
];

function noNews(group: string, kind: string, fields: { pointers?: string[]; paths?: string[] }): KindCustomization {
  return {
    group,
    kind,
    useOpenLibs: false,
    knownTypeFields: [],
    ignoreResourceUpdates: {
      jsonPointers: fields.pointers ?? [],
      jqPathExpressions: fields.paths ?? [],
      managedFieldsManagers: [],
    },
  };
}

const own = (name: string): string => `.metadata.annotations."argocd.argoproj.io/${name}"`;
const scaling = (name: string): string => `.metadata.annotations."autoscaling.alpha.kubernetes.io/${name}"`;
const notified = '.metadata.annotations."notified.notifications.argoproj.io"';

/** Changes that are no reason to look at an Application again. */
export const releaseCustomizations: readonly KindCustomization[] = [
  noNews('*', '*', { pointers: ['/status'] }),
  noNews('', 'ConfigMap', {
    paths: [
      '.metadata.annotations."cluster-autoscaler.kubernetes.io/last-updated"',
      '.metadata.annotations."control-plane.alpha.kubernetes.io/leader"',
    ],
  }),
  noNews('', 'Endpoints', { pointers: ['/metadata', '/subsets'] }),
  noNews('apps', 'ReplicaSet', {
    paths: [
      '.metadata.annotations."deployment.kubernetes.io/desired-replicas"',
      '.metadata.annotations."deployment.kubernetes.io/max-replicas"',
      '.metadata.annotations."rollout.argoproj.io/desired-replicas"',
    ],
  }),
  noNews('argoproj.io', 'Application', {
    paths: [notified, ...['refresh', 'refresh-timestamp', 'hydrate', 'hydrate-timestamp'].map(own), '.operation'],
  }),
  noNews('argoproj.io', 'Rollout', { paths: [notified] }),
  noNews('autoscaling', 'HorizontalPodAutoscaler', {
    paths: ['behavior', 'conditions', 'metrics', 'current-metrics'].map(scaling),
  }),
  noNews('discovery.k8s.io', 'EndpointSlice', { pointers: ['/metadata', '/endpoints', '/ports'] }),
];
