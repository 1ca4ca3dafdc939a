import { oddCollection, oddScalar } from '../odd-scalars.ts';
import { structuredText } from '../structured-texts.ts';
import type { Made, MadeMapping } from '../yaml-text.ts';
import type { Random } from '../random.ts';
import { nameOf, NAMES, NAMESPACES, ODD_KEYS, pairs, WORDS } from './object-pool.ts';
import { podSpec } from './pods.ts';

type MakeSpec = (random: Random) => MadeMapping;
type Template = readonly [apiVersion: string, kind: string, body: MakeSpec];

const template = (random: Random): MadeMapping => ({
  metadata: random.maybe(0.8, () => ({
    labels: random.maybe(0.9, () => pairs(random)),
    annotations: random.maybe(0.2, () => pairs(random)),
  })),
  spec: podSpec(random),
});

const workload = (random: Random): MadeMapping => ({
  spec: {
    replicas: random.maybe(0.5, () => random.pick([1, 3, oddScalar(random)])),
    selector: random.maybe(0.7, () => ({ matchLabels: random.maybe(0.9, () => pairs(random)) })),
    template: template(random),
  },
});

const rules = (random: Random): MadeMapping => ({
  rules: random.list(0, 2, () => ({
    apiGroups: [''],
    resources: [random.pick(['configmaps', 'secrets'])],
    resourceNames: random.maybe(0.5, () => random.list(1, 2, () => nameOf(random))),
    verbs: ['get'],
  })),
});

const binding = (random: Random): MadeMapping => ({
  roleRef: {
    apiGroup: 'rbac.authorization.k8s.io',
    kind: random.pick(['Role', 'ClusterRole']),
    name: nameOf(random),
  },
  subjects: random.list(0, 2, () => ({
    kind: random.pick(['ServiceAccount', 'ServiceAccount', 'User', 'Group']),
    name: random.chance(0.3) ? 'default' : nameOf(random),
    namespace: random.maybe(0.6, () => random.pick(NAMESPACES)),
  })),
});

const webhooks = (random: Random): MadeMapping => ({
  webhooks: [
    {
      name: random.pick(['a.example.com', 'b.example.com']),
      rules: random.maybe(0.4, () => [{ apiGroups: ['apps'], operations: ['CREATE', 'UPDATE'], resources: ['*'] }]),
      matchConditions: random.maybe(0.3, () => [{ name: 'one', expression: 'true' }]),
      clientConfig: { service: { name: nameOf(random), namespace: random.maybe(0.7, () => random.pick(NAMESPACES)) } },
    },
  ],
});

const custom = (random: Random): MadeMapping => ({
  spec: {
    size: random.pick([1, 2.5, oddScalar(random)]),
    nested: random.maybe(0.4, () => oddCollection(random)),
    items: random.maybe(0.4, () => random.list(0, 3, () => ({ name: random.pick(WORDS), value: oddScalar(random) }))),
    list: random.maybe(0.3, () => random.list(0, 3, () => random.pick([...WORDS, oddScalar(random)]))),
    containers: random.maybe(0.1, () => [{ name: 'c', image: 'nginx:1.25' }]),
    ref: random.maybe(0.3, () => ({ name: nameOf(random) })),
    text: random.maybe(0.3, () => structuredText(random)),
  },
});

const data = (random: Random): MadeMapping => ({
  data: random.maybe(0.9, () => {
    const made: Record<string, Made> = {};
    for (const key of random.list(0, 3, () =>
      random.slip(0.02) ? random.pick(ODD_KEYS) : random.pick(['k', 'k2', 'k10', 'app.conf', 'UPPER']),
    )) {
      made[key] = random.chance(0.5)
        ? oddScalar(random)
        : random.pick(['v', '$(NAME)', structuredText(random), structuredText(random), 'multi\nline']);
    }
    return made;
  }),
  immutable: random.maybe(0.05, () => true),
});

const ingress = (random: Random): MadeMapping => ({
  spec: {
    ingressClassName: random.maybe(0.2, () => nameOf(random)),
    tls: random.maybe(0.3, () => [{ hosts: ['$(NAME).example.com'], secretName: nameOf(random) }]),
    rules: [
      {
        host: random.pick(['a.example.com', '$(NAME)']),
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: nameOf(random), port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
});

const service = (random: Random): MadeMapping => ({
  spec: {
    selector: random.maybe(0.8, () => pairs(random)),
    ports: random.list(0, 3, () => ({
      name: random.maybe(0.6, () => random.pick(['http', 'admin'])),
      port: random.pick([80, 443, 8080]),
      protocol: random.maybe(0.4, () => random.pick(['TCP', 'UDP'])),
      targetPort: random.maybe(0.3, () => random.pick([8080, 'http', '$(PORT)'])),
    })),
  },
});

const policyPeer = (random: Random): Made => [{ podSelector: { matchLabels: pairs(random) } }];

const TEMPLATES: readonly Template[] = [
  ['apps/v1', 'Deployment', workload],
  ['apps/v1', 'Deployment', workload],
  ['apps/v1', 'Deployment', workload],
  ['apps/v1', 'DaemonSet', workload],
  [
    'apps/v1',
    'StatefulSet',
    (random) => {
      const made = workload(random)['spec'] as MadeMapping;
      const claims = random.maybe(0.5, () => [
        { metadata: { name: 'data' }, spec: { storageClassName: random.maybe(0.5, () => nameOf(random)) } },
      ]);
      return { spec: { ...made, serviceName: random.maybe(0.7, () => nameOf(random)), volumeClaimTemplates: claims } };
    },
  ],
  ['batch/v1', 'Job', (random) => ({ spec: { template: template(random) } })],
  [
    'batch/v1',
    'CronJob',
    (random) => ({ spec: { schedule: '* * * * *', jobTemplate: { spec: { template: template(random) } } } }),
  ],
  ['v1', 'Pod', (random) => ({ spec: podSpec(random) })],
  [
    'v1',
    'ReplicationController',
    (random) => ({ spec: { replicas: 1, selector: pairs(random), template: template(random) } }),
  ],
  ['v1', 'Service', service],
  ['v1', 'Service', service],
  ['v1', 'ConfigMap', data],
  ['v1', 'ConfigMap', data],
  [
    'v1',
    'Secret',
    (random) => ({
      ...data(random),
      type: random.maybe(0.5, () => 'Opaque'),
      stringData: random.maybe(0.2, () => ({ k: 'v' })),
    }),
  ],
  [
    'v1',
    'ServiceAccount',
    (random) => ({
      imagePullSecrets: random.maybe(0.3, () => random.list(1, 2, () => ({ name: nameOf(random) }))),
      secrets: random.maybe(0.3, () => random.list(1, 2, () => ({ name: nameOf(random) }))),
    }),
  ],
  ['v1', 'Namespace', (random) => ({ spec: random.maybe(0.3, () => ({ finalizers: ['kubernetes', 'x'] })) })],
  [
    'v1',
    'Endpoints',
    (random) => ({ subsets: [{ addresses: [{ ip: '10.0.0.1', targetRef: { kind: 'Pod', name: nameOf(random) } }] }] }),
  ],
  [
    'v1',
    'PersistentVolumeClaim',
    (random) => ({ spec: { volumeName: random.maybe(0.5, () => nameOf(random)), storageClassName: nameOf(random) } }),
  ],
  [
    'v1',
    'PersistentVolume',
    (random) => ({ spec: { storageClassName: nameOf(random), nfs: { server: '$(NAME)', path: '/' } } }),
  ],
  [
    'storage.k8s.io/v1',
    'StorageClass',
    (random) => ({ provisioner: 'p', parameters: random.maybe(0.5, () => ({ secretName: nameOf(random) })) }),
  ],
  ['scheduling.k8s.io/v1', 'PriorityClass', () => ({ value: 10 })],
  ['rbac.authorization.k8s.io/v1', 'Role', rules],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', rules],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', binding],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', binding],
  ['networking.k8s.io/v1', 'Ingress', ingress],
  [
    'networking.k8s.io/v1',
    'NetworkPolicy',
    (random) => ({
      spec: {
        podSelector: random.maybe(0.8, () => ({ matchLabels: pairs(random) })),
        ingress: random.maybe(0.4, () => [{ from: policyPeer(random) }]),
        egress: random.maybe(0.3, () => [{ to: policyPeer(random) }]),
      },
    }),
  ],
  [
    'policy/v1',
    'PodDisruptionBudget',
    (random) => ({ spec: { minAvailable: 1, selector: { matchLabels: pairs(random) } } }),
  ],
  [
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    (random) => ({
      spec: {
        scaleTargetRef: {
          apiVersion: 'apps/v1',
          kind: random.pick(['Deployment', 'StatefulSet']),
          name: nameOf(random),
        },
        metrics: random.maybe(0.4, () => [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        ]),
      },
    }),
  ],
  ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', webhooks],
  [
    'apiregistration.k8s.io/v1',
    'APIService',
    (random) => ({ spec: { service: { name: nameOf(random), namespace: random.maybe(0.6, () => 'prod') } } }),
  ],
  [
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    (random) => ({
      spec: {
        group: 'example.com',
        names: { kind: 'Widget' },
        conversion: random.maybe(0.3, () => ({
          webhook: { clientConfig: { service: { name: nameOf(random), namespace: 'prod' } } },
        })),
      },
    }),
  ],
  ['example.com/v1', 'Widget', custom],
  ['example.com/v1', 'Widget', custom],
  ['example.com/v1', 'Gadget', custom],
  ['extensions/v1beta1', 'Deployment', workload],
];

const ODD_ANNOTATIONS = [
  ...['config.kubernetes.io/local-config', 'nginx.ingress.kubernetes.io/auth-secret', 'config.kubernetes.io/index'],
  ...['internal.config.kubernetes.io/path', 'kustomize.config.k8s.io/behavior', 'note', 'config.kubernetes.io/origin'],
  ...['kustomize.config.k8s.io/needs-hash', 'config.k8s.io/id'],
] as const;

function annotations(random: Random): MadeMapping {
  const made: Record<string, Made> = {};
  for (const key of random.list(1, 2, () =>
    random.slip(0.02) ? random.pick(ODD_KEYS) : random.pick([...ODD_ANNOTATIONS, 'note', 'owner']),
  )) {
    made[key] = random.chance(0.5) ? oddScalar(random) : random.pick([...WORDS, ...NAMES, 'true', 'false']);
  }
  return made;
}

/** What an object of this kind holds but for its metadata; nothing for a kind that is not made here. */
export function makeBody(random: Random, kind: string): MadeMapping {
  const template = TEMPLATES.find(([, made]) => made === kind);
  return template === undefined ? {} : template[2](random);
}

/** An object of some kind, its fields by chance. */
export function makeObject(random: Random): MadeMapping {
  const [apiVersion, kind, body] = random.pick(TEMPLATES);
  const metadata: MadeMapping = {
    name: random.chance(0.02) ? oddScalar(random) : nameOf(random),
    namespace: random.maybe(0.25, () => random.pick(NAMESPACES)),
    labels: random.maybe(0.5, () => (random.chance(0.1) ? { app: oddScalar(random) } : pairs(random))),
    annotations: random.maybe(0.25, () => annotations(random)),
    creationTimestamp: random.maybe(0.03, () => null),
  };
  return {
    apiVersion,
    kind,
    metadata,
    ...body(random),
    status: random.maybe(0.03, () => ({ ready: oddScalar(random) })),
  };
}
