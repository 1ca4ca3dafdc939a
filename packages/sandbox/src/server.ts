import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { OpenApi } from './discovery/openapi.ts';
import type { Authenticator } from './access/authenticator.ts';
import { ANONYMOUS, type User } from './access/user.ts';
import { handle } from './http/handle.ts';
import { pathSegments } from './http/route.ts';
import type { Cluster } from './registry/cluster.ts';

/** What the HTTP side needs. */
export interface ServerOptions {
  readonly cluster: Cluster;
  readonly openApi: OpenApi;
  readonly authenticator: Authenticator;
  /** Who asks without showing anything. */
  readonly anybody: User;
  /** PEM; undefined: plain HTTP. */
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  /** PEM of the authority whose client certificates name users; undefined: none are asked for. */
  readonly clientCa: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Told of faults of our own, with whatever was thrown. */
  readonly report: (error: unknown) => void;
}

/** The sandbox's listener. */
export class Server {
  readonly cluster: Cluster;
  readonly openApi: OpenApi;
  readonly authenticator: Authenticator;
  readonly anybody: User;
  readonly asksForCertificates: boolean;
  readonly report: (error: unknown) => void;
  readonly #http: HttpServer;
  readonly #scheme: string;
  readonly #host: string;
  readonly #shutdown = new Set<() => void>();

  private constructor(options: ServerOptions) {
    this.cluster = options.cluster;
    this.openApi = options.openApi;
    this.authenticator = options.authenticator;
    this.anybody = options.anybody;
    this.asksForCertificates = options.clientCa !== undefined;
    this.report = options.report;
    this.#host = options.host;
    this.#scheme = options.tls === undefined ? 'http' : 'https';
    const listener = (request: IncomingMessage, response: ServerResponse): void => this.#accept(request, response);
    this.#http =
      options.tls === undefined
        ? createHttpServer(listener)
        : createHttpsServer(
            { ...options.tls, ...clientCertificates(options.clientCa), minVersion: 'TLSv1.2' },
            listener,
          );
    this.#http.keepAliveTimeout = 120_000;
    this.#http.requestTimeout = 0;
  }

  /** Starts to listen; `port` 0 takes a free one. */
  static async listen(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    await new Promise<void>((resolve, reject) => {
      server.#http.once('error', reject);
      server.#http.listen(options.port, options.host, () => {
        server.#http.off('error', reject);
        resolve();
      });
    });
    return server;
  }

  /** Host and port that it listens on. */
  address(): string {
    const { port } = this.#http.address() as AddressInfo;
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host;
    return `${host}:${port}`;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://${this.address()}`;
  }

  /** Calls `run` when the server closes; returns the function that calls it off. */
  onShutdown(run: () => void): () => void {
    this.#shutdown.add(run);
    return () => this.#shutdown.delete(run);
  }

  /** Ends watches, lets requests under way finish, and stops listening. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    for (const run of [...this.#shutdown]) run();
    this.#http.closeIdleConnections();
    const deadline = setTimeout(() => this.#http.closeAllConnections(), 2000);
    await closed;
    clearTimeout(deadline);
  }

  #accept(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => response.destroy());
    const url = URL.parse(request.url ?? '/', 'http://sandbox');
    const segments = url === null ? undefined : pathSegments(url.pathname);
    if (url === null || segments === undefined) {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end('malformed request path\n');
      return;
    }
    const query = url.searchParams;
    const method = request.method ?? 'GET';
    const path = decodeURIComponent(url.pathname);
    const user = ANONYMOUS;
    void handle({ server: this, request, response, user, path, segments, query, method, warnings: [] });
  }
}

/** Certificates are looked at, and those that are not good are told apart later. */
function clientCertificates(ca: string | undefined) {
  return ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: false };
}
