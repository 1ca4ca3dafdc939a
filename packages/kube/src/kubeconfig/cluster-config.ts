/** How a cluster is reached, with everything resolved but what changes over time. Made by `loadKubeconfig` and friends. */
export interface ClusterConfig {
  /** `https://host:port`, with a path prefix where there is one, without a trailing slash. */
  readonly server: string;
  /** The name of the context, for messages; never a secret. */
  readonly context: string;
  readonly namespace: string;
  readonly tls: ClusterTls;
  readonly proxyUrl?: string;
  readonly auth: ClusterAuth;
}

/** TLS of a cluster: PEM texts. */
export interface ClusterTls {
  readonly ca?: string;
  readonly serverName?: string;
  /** The server's certificate is not checked: only when the operator allowed it. */
  readonly insecure: boolean;
}

/** A client certificate: PEM texts. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What proves who we are. Tokens and certificates are asked for before each use, since they expire. */
export interface ClusterAuth {
  /** The value of the Authorization header, or undefined. */
  authorization(signal?: AbortSignal): Promise<string | undefined>;
  clientCertificate(signal?: AbortSignal): Promise<ClientCertificate | undefined>;
  /** Forgets what is kept, after a 401; true where asking again may help. */
  refresh(): boolean;
  /** Who a kubeconfig says to act as. */
  readonly impersonate?: Impersonation;
}

/** Impersonation headers. */
export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}
