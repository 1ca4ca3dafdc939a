import { z } from 'zod';
import { CapstanError } from '@capstan/errors';
import type { JsonValue } from '@capstan/object';

const text = z.string().optional();
const flag = z.boolean().optional();

/** An exec plugin, as client.authentication.k8s.io has it. */
export const ExecPlugin = z.looseObject({
  apiVersion: z.string().optional(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: text,
  provideClusterInfo: flag,
  interactiveMode: text,
});
export type ExecPlugin = z.infer<typeof ExecPlugin>;

const Cluster = z.looseObject({
  server: z.string(),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': flag,
  'tls-server-name': text,
  'proxy-url': text,
});

const User = z.looseObject({
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  as: text,
  'as-uid': text,
  'as-groups': z.array(z.string()).nullish(),
  'as-user-extra': z.record(z.string(), z.array(z.string())).nullish(),
  exec: ExecPlugin.nullish(),
  'auth-provider': z.unknown().optional(),
});

const Context = z.looseObject({ cluster: z.string(), user: text, namespace: text });

/** A kubeconfig, as far as it is read. */
export const Kubeconfig = z.looseObject({
  'current-context': text,
  clusters: z.array(z.looseObject({ name: z.string(), cluster: Cluster })).nullish(),
  users: z.array(z.looseObject({ name: z.string(), user: User.nullish() })).nullish(),
  contexts: z.array(z.looseObject({ name: z.string(), context: Context })).nullish(),
});
export type Kubeconfig = z.infer<typeof Kubeconfig>;
export type KubeconfigCluster = z.infer<typeof Cluster>;
export type KubeconfigUser = z.infer<typeof User>;

/** A context with what it names. */
export interface ResolvedContext {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
}

/** Takes a document for a kubeconfig. Throws KUBECONFIG_INVALID with the path of what is wrong, never its value. */
export function parseKubeconfig(document: JsonValue, where: string): Kubeconfig {
  const parsed = Kubeconfig.safeParse(document);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue === undefined ? '' : issue.path.map(String).join('.');
  const expected = issue?.code === 'invalid_type' ? `expected ${issue.expected}` : 'not valid';
  throw new CapstanError('KUBECONFIG_INVALID', `${where}: ${path === '' ? 'the document' : path}: ${expected}`);
}

/** The context that is asked for, or the current one. Throws KUBECONFIG_INVALID for a name that leads nowhere. */
export function resolveContext(config: Kubeconfig, wanted: string | undefined, where: string): ResolvedContext {
  const name = wanted ?? config['current-context'] ?? '';
  const missing = (what: string): CapstanError => new CapstanError('KUBECONFIG_INVALID', `${where}: ${what}`);
  if (name === '') throw missing('it has no current-context; name a context');
  const context = config.contexts?.find((entry) => entry.name === name)?.context;
  if (context === undefined) throw missing(`it has no context ${JSON.stringify(name)}`);
  const cluster = config.clusters?.find((entry) => entry.name === context.cluster)?.cluster;
  if (cluster === undefined) throw missing(`context ${name} names a cluster that is not there: ${context.cluster}`);
  const userName = context.user ?? '';
  const user = config.users?.find((entry) => entry.name === userName);
  if (userName !== '' && user === undefined) {
    throw missing(`context ${name} names a user that is not there: ${userName}`);
  }
  return { name, namespace: context.namespace ?? 'default', cluster, user: user?.user ?? {} };
}
