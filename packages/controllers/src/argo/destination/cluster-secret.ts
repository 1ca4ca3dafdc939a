import { isCapstanError, messageOf } from '@capstan/errors';
import { plainClusterConfig, plainClusterAuth, type ClusterConfig, type PlainCluster } from '@capstan/kube';
import {
  getPath,
  isJsonObject,
  parseJson,
  refOf,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { LOCAL_SERVER } from '../names.ts';

/** A cluster as a Secret of Argo CD's declares it. */
export interface DeclaredCluster {
  /** The name of the Secret. */
  readonly secret: string;
  readonly server: string;
  readonly name: string;
  /** The project that alone may use it; empty where any may. */
  readonly project: string;
  /** The namespaces to which it is confined; none where all of it is there. */
  readonly namespaces: readonly string[];
  /** Whether objects without a namespace are there too, where it is confined. */
  readonly clusterResources: boolean;
  /** How it is reached; undefined for the local cluster as it is. */
  readonly connection: Connection | undefined;
  /** Why it cannot be used. It is declared all the same: nothing that went there is given up. */
  readonly problem: string | undefined;
  /** Changes with whatever a connection depends on. Never printed. */
  readonly fingerprint: string;
}

/** How a declared cluster is reached: by its own configuration, or as the local one with other credentials. */
export type Connection = ClusterConfig | ((local: ClusterConfig) => ClusterConfig);

/** What cluster Secrets may make Capstan do. */
export interface ClusterTrust {
  /** Run the programs that they name. */
  readonly exec: boolean;
}

const MAX_FIELD = 1024 * 1024;

/**
 * Reads a Secret that declares a cluster: `server`, `name`, `project`, `namespaces`, `clusterResources` and `config`, as
 * argoproj/argo-cd util/db/cluster.go does. Never throws; messages hold no secret.
 */
export function declaredCluster(secret: KubernetesObject, trust: ClusterTrust): DeclaredCluster {
  const { name: secretName, namespace } = refOf(secret);
  const text = (key: string): string => fieldOf(secret, key);
  const server = text('server').replace(/\/+$/, '');
  const base = {
    secret: secretName,
    server,
    name: text('name'),
    project: text('project'),
    namespaces: text('namespaces')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
    clusterResources: text('clusterResources') === 'true',
    fingerprint: ['server', 'namespaces', 'clusterResources', 'config'].map(text).join('\0'),
  };
  try {
    return {
      ...base,
      connection: connectionOf(server, text('config'), `Secret ${namespace}/${secretName}`, trust),
      problem: undefined,
    };
  } catch (error) {
    if (!isCapstanError(error) && !(error instanceof Refusal)) throw error;
    return { ...base, connection: undefined, problem: messageOf(error) };
  }
}

/** What a Secret says that is not allowed or cannot be read. */
class Refusal extends Error {}

function connectionOf(server: string, configText: string, where: string, trust: ClusterTrust): Connection | undefined {
  const plain = plainOf(server, configOf(configText, where), where, trust);
  if (server !== LOCAL_SERVER) return plainClusterConfig(plain);
  // Of its own cluster a Secret may name other credentials, and nothing else.
  if (plain.bearerToken === undefined && plain.username === undefined) return undefined;
  const { certificate: _certificate, exec: _exec, ...own } = plain;
  const auth = plainClusterAuth(own);
  return (local) => ({ ...local, auth });
}

function configOf(text: string, where: string): JsonObject {
  if (text === '') return {};
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch {
    // What it holds is secret, and so is where it breaks off.
    throw new Refusal(`${where}: failed to unmarshal cluster config: it is no JSON`);
  }
  if (!isJsonObject(value)) throw new Refusal(`${where}: failed to unmarshal cluster config: it is no mapping`);
  return value;
}

function plainOf(server: string, config: JsonObject, where: string, trust: ClusterTrust): PlainCluster {
  const tls = mappingOf(config, 'tlsClientConfig', where);
  const ca = bytesOf(tls, 'caData', where);
  const cert = bytesOf(tls, 'certData', where);
  const key = bytesOf(tls, 'keyData', where);
  if ((cert === undefined) !== (key === undefined)) throw new Refusal(`${where}: certData and keyData need each other`);
  const exec = execOf(config, where);
  if (exec !== undefined && !trust.exec)
    throw new Refusal(`${where}: it names a program (${exec.command}), which only --allow-cluster-exec lets it do`);
  const said = (name: string): string | undefined => nonEmpty(textOf(config, name, where));
  const serverName = nonEmpty(textOf(tls, 'serverName', where));
  const parts = {
    ca,
    serverName,
    bearerToken: said('bearerToken'),
    username: said('username'),
    password: said('password'),
    proxyUrl: said('proxyUrl'),
    exec,
  };
  return {
    server,
    where,
    insecure: flagOf(tls, 'insecure', where),
    ...(cert === undefined || key === undefined ? {} : { certificate: { cert, key } }),
    ...definedOf(parts),
  };
}

function execOf(config: JsonObject, where: string): PlainCluster['exec'] {
  const exec = mappingOf(config, 'execProviderConfig', where);
  const aws = mappingOf(config, 'awsAuthConfig', where);
  if (getPath(config, 'awsAuthConfig') !== undefined && getPath(config, 'awsAuthConfig') !== null) {
    const role = nonEmpty(textOf(aws, 'roleARN', where));
    const profile = nonEmpty(textOf(aws, 'profile', where));
    return {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'argocd-k8s-auth',
      args: [
        'aws',
        '--cluster-name',
        textOf(aws, 'clusterName', where) ?? '',
        ...(role === undefined ? [] : ['--role-arn', role]),
        ...(profile === undefined ? [] : ['--profile', profile]),
      ],
      env: {},
      provideClusterInfo: false,
    };
  }
  const command = nonEmpty(textOf(exec, 'command', where));
  if (command === undefined) return undefined;
  const args = getPath(exec, 'args');
  const env = mappingOf(exec, 'env', where);
  const installHint = nonEmpty(textOf(exec, 'installHint', where));
  return {
    apiVersion: textOf(exec, 'apiVersion', where) ?? '',
    command,
    args: Array.isArray(args) ? args.filter((entry): entry is string => typeof entry === 'string') : [],
    env: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
    provideClusterInfo: flagOf(exec, 'provideClusterInfo', where),
    ...(installHint === undefined ? {} : { installHint }),
  };
}

function definedOf<T extends object>(parts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(parts).filter(([, value]) => value !== undefined);
  // The entries are those of `parts`, without the undefined ones.
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function mappingOf(from: JsonObject, name: string, where: string): JsonObject {
  const value = getPath(from, name);
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) throw new Refusal(`${where}: failed to unmarshal cluster config: ${name} is no mapping`);
  return value;
}

function textOf(from: JsonObject, name: string, where: string): string | undefined {
  const value = getPath(from, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new Refusal(`${where}: failed to unmarshal cluster config: ${name} is no text`);
  return value;
}

function flagOf(from: JsonObject, name: string, where: string): boolean {
  const value = getPath(from, name);
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean')
    throw new Refusal(`${where}: failed to unmarshal cluster config: ${name} is neither true nor false`);
  return value;
}

function bytesOf(from: JsonObject, name: string, where: string): string | undefined {
  const value = nonEmpty(textOf(from, name, where));
  if (value === undefined) return undefined;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value))
    throw new Refusal(`${where}: failed to unmarshal cluster config: ${name} is not base64`);
  return Buffer.from(value, 'base64').toString('utf8');
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function fieldOf(secret: KubernetesObject, key: string): string {
  const value = getPath(secret, 'data', key);
  return typeof value === 'string' && value.length <= MAX_FIELD ? Buffer.from(value, 'base64').toString('utf8') : '';
}
