/** A Deployment that becomes healthy at once. */
export function deployment(
  name: string,
  options: { readonly image?: string; readonly replicas?: number; readonly extra?: string } = {},
): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
${options.replicas === undefined ? '' : `  replicas: ${options.replicas}\n`}  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      containers:
        - name: ${name}
          image: ${options.image ?? 'nginx:1.27'}
          env:
            - {name: MODE, value: plain}
${options.extra ?? ''}`;
}

/** A ConfigMap of some data. */
export function configMap(
  name: string,
  data: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
): string {
  const lines = (entries: Readonly<Record<string, string>>): string =>
    Object.entries(entries)
      .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(', ');
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, annotations: {${lines(annotations)}}}\ndata: {${lines(data)}}\n`;
}
