import type { ClusterId, Identity } from '@capstan/object';
import { systemClock, type Clock } from '../clock.ts';
import { cachedDiscovery } from '../discovery/cached-discovery.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { ClusterConfig, Impersonation } from '../kubeconfig/cluster-config.ts';
import { countRequests, type RequestCount } from './count-requests.ts';
import { defaultFlowLimits, flowControl, type FlowLimits } from './flow-control.ts';
import { httpClient } from './http-client.ts';
import type { KubeClient } from './kube-client.ts';
import { observeCalls, type CallObserver } from './observe-calls.ts';
import { requester, type Requester } from './requester.ts';
import { retryBudget } from './retry-budget.ts';
import { openTransport } from './transport.ts';

const USER_AGENT = 'capstan/0.1.0';

/** Options of a connection to a cluster. */
export interface ClusterOptions {
  /** What the cluster is called in references, caches and claims; its address when absent. */
  readonly id?: ClusterId;
  readonly limits?: Partial<FlowLimits>;
  readonly userAgent?: string;
  readonly clock?: Clock;
  /** 0 ≤ x < 1, for jitter. */
  readonly random?: () => number;
  /** Attempts of one call, the first included; six when absent. */
  readonly attempts?: number;
  readonly observer?: CallObserver;
}

/** A cluster: its connections, its discovery, and a client for each identity. */
export interface KubeCluster {
  readonly id: ClusterId;
  readonly discovery: Discovery;
  /** The client of an identity; the controller's own when absent. All share connections, limits and discovery. */
  client(identity?: Identity): KubeClient;
  /** What has been sent so far, of all identities. */
  requests(): readonly RequestCount[];
  /** Requests that are being answered and that wait for their turn, of all identities; watches aside. */
  load(): { readonly inFlight: number; readonly waiting: number };
  /** Ends every connection; calls in flight fail. */
  close(): Promise<void>;
}

/** Makes the connections to a cluster. Nothing is sent until the first call. */
export function connectCluster(config: ClusterConfig, options: ClusterOptions = {}): KubeCluster {
  const clock = options.clock ?? systemClock();
  const id = options.id ?? config.server;
  const transport = observeCalls(countRequests(openTransport(config)), options.observer);
  const limits = { ...defaultFlowLimits, ...options.limits };
  const budget = retryBudget(clock, options.random ?? Math.random, options.attempts);
  const flow = flowControl(clock, limits);
  const requesterFor = (identity: Identity): Requester =>
    requester({
      config,
      transport,
      flow,
      budget,
      clock,
      userAgent: options.userAgent ?? USER_AGENT,
      identity: impersonationHeaders(identity, config.auth.impersonate),
    });
  const own = requesterFor({ kind: 'controller' });
  const discovery = cachedDiscovery(own, clock);
  return {
    id,
    discovery,
    client: (identity = { kind: 'controller' }) =>
      httpClient({
        target: { cluster: id, identity },
        discovery,
        requester: identity.kind === 'controller' ? own : requesterFor(identity),
        clock,
        server: config.server,
      }),
    requests: () => transport.requests(),
    load: () => ({ inFlight: flow.inFlight, waiting: flow.waiting }),
    close: () => transport.close(),
  };
}

/** Headers by which a request is made as someone else. An identity that is named outdoes the kubeconfig's own. */
function impersonationHeaders(
  identity: Identity,
  configured: Impersonation | undefined,
): Record<string, string | readonly string[]> {
  const who: Impersonation | undefined =
    identity.kind === 'impersonated' ? { user: identity.user, groups: identity.groups } : configured;
  if (who === undefined) return {};
  const extra = Object.entries(who.extra ?? {}).map(
    ([key, values]) => [`impersonate-extra-${encodeURIComponent(key)}`, values] as const,
  );
  return {
    'impersonate-user': who.user,
    ...(who.groups.length === 0 ? {} : { 'impersonate-group': who.groups }),
    ...(who.uid === undefined ? {} : { 'impersonate-uid': who.uid }),
    ...Object.fromEntries(extra),
  };
}
