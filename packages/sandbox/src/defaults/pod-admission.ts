import type { JsonValue, KubernetesObject } from '@capstan/object';
import { children, ensureChild, hasItems, setDefault, text, type Draft } from './draft.ts';
import { qosClassOf } from './qos-class.ts';

const TOKEN_SECONDS = 3607;
const MODE = 0o644;
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOLERATION_SECONDS = 300;

/** What the plugins ServiceAccount, DefaultTolerationSeconds and Priority add to a new Pod, and its first status. */
export function admitPod(pod: Draft, suffix: string, account: KubernetesObject | undefined): void {
  const spec = ensureChild(pod, 'spec');
  setDefault(spec, 'serviceAccountName', 'default');
  setDefault(spec, 'serviceAccount', spec['serviceAccountName'] ?? 'default');
  if ((spec['automountServiceAccountToken'] ?? account?.['automountServiceAccountToken']) !== false) {
    mountToken(spec, suffix);
  }
  const pullSecrets = account?.['imagePullSecrets'];
  if (!hasItems(spec, 'imagePullSecrets') && pullSecrets !== undefined) spec['imagePullSecrets'] = pullSecrets;
  tolerate(spec);
  setDefault(spec, 'priority', 0);
  setDefault(spec, 'preemptionPolicy', 'PreemptLowerPriority');
  pod['status'] = { phase: 'Pending', qosClass: qosClassOf(spec) };
}

function mountToken(spec: Draft, suffix: string): void {
  const name = `kube-api-access-${suffix}`;
  let mounted = false;
  for (const kind of ['initContainers', 'containers']) {
    for (const container of children(spec, kind)) {
      const mounts = children(container, 'volumeMounts');
      if (mounts.some((mount) => text(mount, 'mountPath') === TOKEN_PATH)) continue;
      container['volumeMounts'] = [...mounts, { name, readOnly: true, mountPath: TOKEN_PATH }];
      mounted = true;
    }
  }
  if (mounted)
    spec['volumes'] = [...children(spec, 'volumes'), { name, projected: { defaultMode: MODE, sources: SOURCES } }];
}

const SOURCES: JsonValue = [
  { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
  { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
  {
    downwardAPI: {
      items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }],
    },
  },
];

/** A Pod stays on a node that is not ready or not reachable for five minutes, unless it says otherwise. */
function tolerate(spec: Draft): void {
  const given = children(spec, 'tolerations');
  const added: JsonValue[] = [];
  for (const condition of ['not-ready', 'unreachable']) {
    const key = `node.kubernetes.io/${condition}`;
    const known = given.some(
      (entry) =>
        (text(entry, 'key') === key || text(entry, 'key') === '') &&
        (text(entry, 'effect') === 'NoExecute' || text(entry, 'effect') === ''),
    );
    if (!known) {
      added.push({ effect: 'NoExecute', key, operator: 'Exists', tolerationSeconds: TOLERATION_SECONDS });
    }
  }
  if (added.length > 0 || hasItems(spec, 'tolerations')) spec['tolerations'] = [...given, ...added];
}
