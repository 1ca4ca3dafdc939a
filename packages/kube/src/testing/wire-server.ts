import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectCluster, type ClusterOptions, type KubeCluster } from '../client/kube-cluster.ts';
import { staticAuth } from '../kubeconfig/cluster-auth.ts';

/** Answers one path; what is not listed is a 404 without a Status. */
export type WireHandler = (request: http.IncomingMessage, answer: http.ServerResponse) => void;

/** A server that speaks bytes, for what happens on the wire. It is no Kubernetes API. */
export interface WireServer {
  readonly cluster: KubeCluster;
  /** Paths with queries, in the order they came. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Starts a server that answers each path (without its query) by its handler. */
export async function startWireServer(
  handlers: Readonly<Record<string, WireHandler>>,
  options: ClusterOptions = {},
): Promise<WireServer> {
  const requests: string[] = [];
  const server = http.createServer((request, answer) => {
    const url = request.url ?? '/';
    requests.push(url);
    const handler = handlers[url.split('?', 1)[0] ?? ''];
    if (handler !== undefined) return handler(request, answer);
    answer.writeHead(404);
    answer.end('404 page not found');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cluster = connectCluster(
    {
      server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      context: 'wire',
      namespace: 'default',
      tls: { insecure: false },
      auth: staticAuth({}),
    },
    options,
  );
  return {
    cluster,
    requests,
    close: async () => {
      await cluster.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A handler that answers with JSON. */
export function json(value: unknown, status = 200): WireHandler {
  return (_request, answer) => {
    answer.writeHead(status, { 'content-type': 'application/json' });
    answer.end(JSON.stringify(value));
  };
}

/** Handlers of a discovery, in the old form, of ConfigMaps alone. */
export const configMapDiscovery: Readonly<Record<string, WireHandler>> = {
  '/api': json({ kind: 'APIVersions', versions: ['v1'] }),
  '/apis': json({ kind: 'APIGroupList', groups: [] }),
  '/api/v1': json({
    kind: 'APIResourceList',
    resources: [
      {
        name: 'configmaps',
        singularName: 'configmap',
        namespaced: true,
        kind: 'ConfigMap',
        verbs: ['get', 'list', 'watch'],
      },
    ],
  }),
};
