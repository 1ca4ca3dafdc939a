import { oddScalar } from '../odd-scalars.ts';
import type { Made, MadeMapping } from '../yaml-text.ts';
import type { Random } from '../random.ts';
import { IMAGES, nameOf, pairs, WORDS } from './object-pool.ts';

/** The spec of a pod that refers to other objects by name. */
export function podSpec(random: Random): MadeMapping {
  return {
    serviceAccountName: random.maybe(0.3, () => nameOf(random)),
    imagePullSecrets: random.maybe(0.15, () => [{ name: nameOf(random) }]),
    initContainers: random.maybe(0.15, () => [container(random, 'init')]),
    containers: random.list(1, 3, (index) => container(random, ['main', 'side', 'third'][index] ?? 'more')),
    volumes: random.maybe(0.5, () => random.list(1, 3, () => volume(random))),
    nodeSelector: random.maybe(0.1, () => pairs(random)),
    hostAliases: random.maybe(0.08, () =>
      random.list(1, 2, (index) => ({ ip: `10.0.0.${index}`, hostnames: ['a', random.pick(WORDS)] })),
    ),
    securityContext: random.maybe(0.08, () => ({
      supplementalGroups: [1, 2],
      sysctls: [{ name: 'a.b', value: random.pick(['1', 1]) }],
    })),
    readinessGates: random.maybe(0.04, () => [{ conditionType: 'x' }]),
    dnsConfig: random.maybe(0.05, () => ({ nameservers: ['10.0.0.1'], options: [{ name: 'ndots', value: '2' }] })),
    schedulingGates: random.maybe(0.03, () => [{ name: 'gate' }]),
    resourceClaims: random.maybe(0.03, () => [{ name: 'claim', resourceClaimName: nameOf(random) }]),
    ephemeralContainers: random.maybe(0.03, () => [{ name: 'debug', image: random.pick(IMAGES) }]),
    priorityClassName: random.maybe(0.1, () => nameOf(random)),
    tolerations: random.maybe(0.1, () => [{ key: random.pick(WORDS), operator: 'Exists' }]),
    affinity: random.maybe(0.1, () => affinity(random)),
    topologySpreadConstraints: random.maybe(0.08, () => [
      { maxSkew: 1, topologyKey: 'zone', labelSelector: { matchLabels: pairs(random) } },
    ]),
  };
}

/** A container, its fields by chance. */
export function container(random: Random, name: string): MadeMapping {
  return {
    name,
    image: random.maybe(0.9, () => random.pick(IMAGES)),
    command: random.maybe(0.2, () => ['sh', '-c', random.pick(['echo $(NAME)', '$(NAME)', '$$(NAME)', 'run'])]),
    args: random.maybe(0.2, () =>
      random.list(0, 2, () => random.pick(['--a=$(NAME)', '$(PORT)', '-v', oddScalar(random)])),
    ),
    env: random.maybe(0.4, () => random.list(1, 3, (index) => envVar(random, `V${index}`))),
    envFrom: random.maybe(0.2, () => [{ [random.pick(['configMapRef', 'secretRef'])]: { name: nameOf(random) } }]),
    ports: random.maybe(0.4, () => random.list(1, 3, () => port(random))),
    volumeMounts: random.maybe(0.25, () =>
      random.list(1, 2, () => ({ name: random.pick(WORDS), mountPath: random.pick(['/data', '/$(NAME)', '/etc']) })),
    ),
    volumeDevices: random.maybe(0.04, () => [{ name: 'one', devicePath: '/dev/x' }]),
    lifecycle: random.maybe(0.05, () => ({ preStop: { exec: { command: ['sh', '-c', 'sleep 1'] } } })),
    livenessProbe: random.maybe(0.08, () => ({
      httpGet: { path: '/', port: random.pick([80, 'http']), httpHeaders: [{ name: 'X', value: 'y' }] },
      timeoutSeconds: random.pick([1, 2]),
    })),
    securityContext: random.maybe(0.05, () => ({ capabilities: { drop: ['ALL'], add: ['A', 'B'] } })),
    resizePolicy: random.maybe(0.03, () => [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }]),
    resources: random.maybe(0.15, () => ({ limits: { cpu: random.pick(['1', 1, '500m']), memory: '1Gi' } })),
  };
}

function envVar(random: Random, name: string): MadeMapping {
  const from = random.pick(['configMapKeyRef', 'secretKeyRef']);
  return random.chance(0.4)
    ? { name, valueFrom: { [from]: { name: nameOf(random), key: 'k' } } }
    : {
        name,
        value: random.chance(0.3) ? oddScalar(random) : random.pick(['x', '$(NAME)', 'http://$(NAME):$(PORT)/']),
      };
}

function port(random: Random): MadeMapping {
  return {
    name: random.maybe(0.5, () => random.pick(['http', 'admin'])),
    containerPort: random.pick([80, 8080, 443]),
    protocol: random.maybe(0.4, () => random.pick(['TCP', 'UDP'])),
  };
}

function volume(random: Random): MadeMapping {
  const sources: readonly MadeMapping[] = [
    { configMap: { name: nameOf(random) } },
    { secret: { secretName: nameOf(random) } },
    { persistentVolumeClaim: { claimName: nameOf(random) } },
    { emptyDir: {} },
    { nfs: { server: '$(NAME)', path: '/' } },
    { projected: { sources: [{ configMap: { name: nameOf(random) } }, { secret: { name: nameOf(random) } }] } },
    { image: { reference: random.pick(IMAGES) } },
  ];
  return { name: random.pick(WORDS), ...random.pick(sources) };
}

function affinity(random: Random): Made {
  const term = { labelSelector: { matchLabels: pairs(random) }, topologyKey: 'zone' };
  return random.chance(0.5)
    ? { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } }
    : { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] } };
}
