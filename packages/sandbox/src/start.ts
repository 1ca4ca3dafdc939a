import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { AggregationController } from './access/aggregation-controller.ts';
import { Authenticator, type StaticToken } from './access/authenticator.ts';
import { Authorizer } from './access/authorizer.ts';
import { RoleBook } from './access/role-book.ts';
import { signingKeyOf } from './access/signing-key.ts';
import { TokenSecretController } from './access/token-secret-controller.ts';
import { ADMIN, ANONYMOUS } from './access/user.ts';
import { certificatesOf } from './certificates.ts';
import type { Clock, ClusterApi } from './cluster-api.ts';
import { DefinitionController } from './crd/definition-controller.ts';
import { OpenApi } from './discovery/openapi.ts';
import { writeDurably } from './durable-file.ts';
import { GarbageCollector } from './garbage/garbage-collector.ts';
import { EventExpiry } from './garbage/event-expiry.ts';
import { NamespaceController } from './garbage/namespace-controller.ts';
import { createInnerApi } from './inner-api.ts';
import { kubeconfigText, tokenOf } from './kubeconfig.ts';
import { builtinGroups } from './registry/builtin-resources.ts';
import type { Cluster } from './registry/cluster.ts';
import { ResourceRegistry } from './registry/resource-registry.ts';
import { Server } from './server.ts';
import { startSimulation, type SimulationOptions } from './simulate/index.ts';
import { Store } from './store/store.ts';
import { bootstrap } from './admission/bootstrap.ts';
import { ServiceBook } from './admission/service-book.ts';

/** How a sandbox is started. */
export interface SandboxOptions {
  /** Where it keeps its state, certificates and token; made when absent. */
  readonly stateDir: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The address to listen on; 127.0.0.1 when not given. */
  readonly host?: string;
  /** Plain HTTP, where who shows no token may do everything; only for tests that look at the wire. */
  readonly plainHttp?: boolean;
  /** Where the kubeconfig is written; `kubeconfig` in the state folder when not given. */
  readonly kubeconfigPath?: string;
  /** More users, who show a token of their own; they may do what roles give them. */
  readonly tokens?: readonly StaticToken[];
  /** PEM of an authority whose client certificates name users: CN the name, O the groups. */
  readonly clientCa?: string;
  readonly clock?: Clock;
  /** How the simulated workload controllers and the node behave; `false`: the API alone. */
  readonly simulation?: Partial<SimulationOptions> | false;
  /** Told of faults of the sandbox itself; standard error when not given. */
  readonly report?: (error: unknown) => void;
}

/** A running sandbox. */
export interface Sandbox {
  readonly url: string;
  readonly kubeconfigPath: string;
  readonly kubeconfig: string;
  readonly api: ClusterApi;
  /** Stops listening, makes everything durable and gives the state folder back. */
  close(): Promise<void>;
}

/** The longest delay that Node's timers hold; a longer one would fire at once, again and again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Real time. */
const realClock: Clock = {
  now: () => new Date(),
  after(milliseconds, run) {
    const timer = setTimeout(run, Math.min(milliseconds, MAX_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Starts a Kubernetes API on a state folder.
 * @throws CapstanError SANDBOX_STATE_LOCKED, SANDBOX_STATE_CORRUPT
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { stateDir, host = '127.0.0.1', clock = realClock } = options;
  const report = options.report ?? ((error: unknown) => process.stderr.write(`sandbox: ${describe(error)}\n`));
  const store = await Store.open(stateDir);
  try {
    const registry = new ResourceRegistry(builtinGroups());
    const services = new ServiceBook(store);
    const access = new Authorizer(new RoleBook(store));
    const cluster: Cluster = { store, registry, clock, services, access, newUid: randomUUID };
    const secure = options.plainHttp !== true;
    const tls = secure ? await certificatesOf(stateDir, host, clock.now()) : undefined;
    const token = secure ? await tokenOf(stateDir) : undefined;
    const api = createInnerApi(cluster, report);
    bootstrap(cluster);
    const aggregation = new AggregationController(cluster, report);
    const definitions = new DefinitionController(cluster, report);
    const collector = new GarbageCollector(cluster, report);
    const namespaces = new NamespaceController(cluster, tls?.ca ?? '', report);
    const expiry = new EventExpiry(cluster, report);
    const key = await signingKeyOf(stateDir);
    const authenticator = new Authenticator({ store, clock, key, adminToken: token, tokens: options.tokens ?? [] });
    const tokens = new TokenSecretController(cluster, authenticator, tls?.ca ?? '', report);
    const openApi = new OpenApi(registry, (group, version) => definitions.document(group, version));
    const anybody = secure ? ANONYMOUS : ADMIN;
    const { port, clientCa } = options;
    const server = await Server.listen({ cluster, openApi, authenticator, anybody, tls, clientCa, host, port, report });
    const kubeconfig = kubeconfigText(server.url, tls?.ca, token);
    const kubeconfigPath = options.kubeconfigPath ?? join(stateDir, 'kubeconfig');
    await writeDurably(kubeconfigPath, kubeconfig);
    const simulation =
      options.simulation === false
        ? undefined
        : startSimulation(api, clock, { onError: (error) => report(error), ...options.simulation });
    await store.durable();
    const close = async (): Promise<void> => {
      await server.close();
      simulation?.close();
      definitions.stop();
      aggregation.stop();
      tokens.stop();
      collector.stop();
      namespaces.stop();
      expiry.stop();
      await store.close();
    };
    return { url: server.url, kubeconfigPath, kubeconfig, api, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
