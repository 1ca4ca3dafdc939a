import { readFile } from 'node:fs/promises';
import { getKey, getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { parse, stringify } from '@capstan/yaml';

/** What a proxy needs to reach the API behind a kubeconfig. Certificates as PEM. */
export interface Upstream {
  readonly server: URL;
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The bearer token. */
  readonly token: string | undefined;
}

/** A kubeconfig whose cluster is to be replaced. */
export interface ProxiedKubeconfig {
  readonly upstream: Upstream;
  /** The same with another server and CA; whoever uses it proves who they are as before, short of certificates. */
  rewrite(server: string, ca: string): string;
}

/** Reads the current context of a kubeconfig file. */
export async function proxiedKubeconfig(path: string): Promise<ProxiedKubeconfig> {
  const document = parse(await readFile(path, 'utf8'), { source: path });
  const current = text(getPath(document, 'current-context'));
  const context = named(document, 'contexts', current, 'context');
  const cluster = named(document, 'clusters', text(getKey(context, 'cluster')), 'cluster');
  const user = named(document, 'users', text(getKey(context, 'user')), 'user');
  const upstream = {
    server: new URL(text(getKey(cluster, 'server'))),
    ca: await pem(cluster, 'certificate-authority'),
    cert: await pem(user, 'client-certificate'),
    key: await pem(user, 'client-key'),
    token: text(getKey(user, 'token')) || undefined,
  };
  return {
    upstream,
    rewrite: (server, ca) =>
      stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'proxy',
        contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
        clusters: [{ name: 'proxy', cluster: { server, 'certificate-authority-data': base64(ca) } }],
        // The proxy shows the certificate itself: a client's does not reach through it.
        users: [{ name: 'proxy', user: withoutCertificate(user) }],
      }),
  };
}

function withoutCertificate(user: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(user).filter(([key]) => !key.startsWith('client-')));
}

function named(document: JsonValue, list: string, name: string, key: string): JsonObject {
  const entries = getPath(document, list);
  const found = Array.isArray(entries)
    ? (entries as readonly JsonValue[]).find((entry) => getPath(entry, 'name') === name)
    : undefined;
  const value = getPath(found, key);
  if (!isJsonObject(value)) throw new Error(`the kubeconfig has no ${key} ${JSON.stringify(name)}`);
  return value;
}

async function pem(holder: JsonObject, key: string): Promise<string | undefined> {
  const data = getKey(holder, `${key}-data`);
  if (typeof data === 'string') return Buffer.from(data, 'base64').toString('utf8');
  const file = getKey(holder, key);
  return typeof file === 'string' ? readFile(file, 'utf8') : undefined;
}

function base64(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64');
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
