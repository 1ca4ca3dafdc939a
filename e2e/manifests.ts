/** Annotations as a flow mapping. */
function mapping(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(', ');
}

/** A Deployment that becomes healthy at once. */
export function deployment(
  name: string,
  options: {
    readonly image?: string;
    /** Left out of the manifest when absent. */
    readonly replicas?: number;
    /** Lines laid into the pod's spec, indented by six. */
    readonly podSpec?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  } = {},
): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  annotations: {${mapping(options.annotations ?? {})}}
spec:
${options.replicas === undefined ? '' : `  replicas: ${options.replicas}\n`}  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
${options.podSpec ?? ''}      containers:
        - name: ${name}
          image: ${options.image ?? 'nginx:1.27'}
          env:
            - {name: MODE, value: plain}
`;
}

/** A ConfigMap of some data. */
export function configMap(
  name: string,
  data: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, annotations: {${mapping(annotations)}}}\ndata: {${mapping(data)}}\n`;
}

/** A Job that completes (kwok and the sandbox run its pod to the end), with annotations such as hooks. */
export function job(
  name: string,
  options: {
    readonly annotations?: Readonly<Record<string, string>>;
    /** A pod that can never run within the deadline, so that the Job fails. */
    readonly fails?: boolean;
  } = {},
): string {
  const never = options.fails === true ? `      nodeSelector: {kubernetes.io/hostname: no-such-node}\n` : '';
  return `apiVersion: batch/v1
kind: Job
metadata: {name: ${name}, annotations: {${mapping(options.annotations ?? {})}}}
spec:
  backoffLimit: 0
${options.fails === true ? '  activeDeadlineSeconds: 1\n' : ''}  template:
    spec:
      restartPolicy: Never
${never}      containers:
        - {name: ${name}, image: busybox, command: ["true"]}
`;
}

/** A Deployment whose pods fit on no node, so that it is never available and fails in time. */
export function hopelessDeployment(name: string): string {
  return deployment(name, { podSpec: `      nodeSelector: {kubernetes.io/hostname: no-such-node}\n` });
}
