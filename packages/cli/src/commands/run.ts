import { randomUUID } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { inClusterConfig, isInCluster, loadKubeconfig, type ClusterConfig } from '@capstan/kube';
import type { Dialect } from '@capstan/views';
import { Command, Option } from 'commander';
import { parseAddress } from '../command-line/address.ts';
import type { FluxFlags } from '../command-line/flux-flags.ts';
import { parentGone, stopRequested } from '../command-line/stop-signal.ts';
import type { ListenerOptions } from '../run/listeners.ts';
import { logLevels, type LogLevel } from '../wiring/log-levels.ts';

const allDialects: readonly Dialect[] = ['flux', 'argo'];

interface RunFlags extends FluxFlags {
  readonly kubeconfig?: string;
  readonly dialect?: Dialect;
  readonly cache?: string;
  readonly listen: string;
  readonly webhooks?: string;
  readonly artifacts: string;
  readonly artifactsUrl?: string;
  readonly metrics?: string;
  readonly debug?: string;
  readonly debugTokenFile?: string;
  readonly fluxNamespace: string;
  readonly argoNamespace: string;
  readonly allowClusterExec: boolean;
  readonly allowLocalRemoteBases: boolean;
  readonly identity?: string;
  readonly logLevel: LogLevel;
  readonly withParent: boolean;
}

/** `capstan run`: the controllers against a cluster. */
export function runCommand(): Command {
  return new Command('run')
    .description('Run the controllers and the page against a cluster.')
    .option('--kubeconfig <file>', 'the cluster; in a cluster its own by default')
    .addOption(new Option('--dialect <name>', 'only the resources of one dialect').choices(allDialects))
    .option('--cache <dir>', "where mirrors and artifacts are kept (default: in the user's cache folder)")
    .option('--listen <address>', 'the page and its API', '127.0.0.1:0')
    .option('--webhooks <address>', 'POST /hook {"repository": URL} refreshes what that repository feeds')
    .option('--artifacts <address>', 'where artifacts are served', '127.0.0.1:0')
    .option('--artifacts-url <url>', "what sources' status says instead of that address")
    .option('--metrics <address>', 'figures for Prometheus, and probes')
    .option('--debug <address>', 'figures and waiting for rest; loopback only; needs --debug-token-file')
    .option('--debug-token-file <file>', 'the token of the debug listener; made when the file is missing')
    .option('--flux-namespace <name>', "where Flux's Leases stand", 'flux-system')
    .option('--argo-namespace <name>', "where Argo CD's resources and the Lease for them stand", 'argocd')
    .option('--allow-cluster-exec', "let Argo CD's cluster Secrets name programs that give credentials", false)
    .option('--sops-age-secret <name>', 'Secret with the age keys of Kustomizations that name none of their own')
    .option('--sops-vault-configmap <name>', 'ConfigMap that lists the Vaults that encrypted files may name')
    .option(
      '--feature-gates <list>',
      'StrictPostBuildSubstitutions=BOOL, AdditiveCELDependencyCheck=BOOL, CancelHealthCheckOnNewRevision=BOOL, ObjectLevelWorkloadIdentity=BOOL',
    )
    .option('--default-service-account <name>', 'who Kustomizations act as that name no service account')
    .option('--default-kubeconfig-service-account <name>', 'who signs in to clusters whose ConfigMap names nobody')
    .option('--default-decryption-service-account <name>', 'who asks key services where a Kustomization names nobody')
    .option('--ambient-credentials', 'our own identity signs in where an object names no service account', false)
    .option('--no-cross-namespace-refs', 'Kustomizations use sources and dependencies of their own namespace only')
    .option('--no-remote-bases', 'Kustomizations may not name repositories and files elsewhere')
    .option(
      '--allow-local-remote-bases',
      "remote bases may be on this machine, as a laptop's Git host is; never in a cluster",
      false,
    )
    .option('--insecure-kubeconfig-exec', 'kubeconfigs in Secrets may name programs that give credentials', false)
    .option('--insecure-kubeconfig-tls', 'kubeconfigs in Secrets may leave certificates unchecked', false)
    .option('--watch-label-selector <selector>', "only Flux's resources with such labels are looked after")
    .option('--custom-apply-stage-kinds <list>', 'GROUP/KIND,… that Kustomizations apply before the rest')
    .option('--override-manager <name...>', 'managers whose fields Kustomizations take over besides kubectl')
    .option('--watch-configs-label-selector <selector>', 'ConfigMaps and Secrets whose changes are followed')
    .option('--identity <name>', 'who holds the Leases (default: this host and process)')
    .addOption(new Option('--log-level <level>', 'how much is logged').choices(logLevels).default('info'))
    .addOption(new Option('--with-parent', 'end when standard input does').default(false).hideHelp())
    .addHelpText(
      'after',
      `
It prints one line of JSON with the addresses of its listeners. It takes the leader-election names of Flux's
controllers, and does not start while Argo CD's application controller runs (exit code 14).

Examples:
  capstan run --kubeconfig ~/.kube/config
  capstan run --kubeconfig ~/.kube/config --dialect flux --listen 127.0.0.1:8080
  capstan run --metrics 0.0.0.0:9090 --log-level debug
`,
    )
    .action((flags: RunFlags, command: Command) => run(flags, command));
}

async function run(flags: RunFlags, command: Command): Promise<void> {
  if ((flags.debug === undefined) !== (flags.debugTokenFile === undefined))
    command.error('error: --debug and --debug-token-file belong together');
  const listeners = listenerOptions(flags);
  const { fluxOptionsOf } = await import('../command-line/flux-flags.ts');
  const flux = fluxOptionsOf(flags, flags.fluxNamespace);
  // Loaded when they are needed: other commands start faster without them.
  const { runControllers } = await import('../run/run-controllers.ts');
  const { jsonLog } = await import('../wiring/log.ts');
  const log = jsonLog(flags.logLevel);
  const stop = new AbortController();
  const asked = flags.withParent ? Promise.race([stopRequested(), parentGone()]) : stopRequested();
  void asked.then((why) => {
    log.info({ why }, 'stopping');
    stop.abort();
  });
  await runControllers({
    config: await clusterConfig(flags.kubeconfig),
    cacheDirectory: flags.cache ?? cacheFolder(),
    dialects: flags.dialect === undefined ? allDialects : [flags.dialect],
    leases: {
      fluxNamespace: flags.fluxNamespace,
      argoNamespace: flags.argoNamespace,
      identity: flags.identity ?? `${hostname()}_${randomUUID()}`,
    },
    listeners,
    ...(flags.artifactsUrl === undefined ? {} : { artifactsUrl: flags.artifactsUrl.replace(/\/+$/, '') }),
    allowClusterExec: flags.allowClusterExec,
    allowLocalRemoteBases: flags.allowLocalRemoteBases,
    flux,
    log,
    onListening: (urls) => process.stdout.write(`${JSON.stringify(urls)}\n`),
    stop: stop.signal,
  });
}

function listenerOptions(flags: RunFlags): ListenerOptions {
  const { webhooks, metrics, debug, debugTokenFile } = flags;
  return {
    listen: parseAddress(flags.listen),
    artifacts: parseAddress(flags.artifacts),
    ...(webhooks === undefined ? {} : { webhooks: parseAddress(webhooks) }),
    ...(metrics === undefined ? {} : { metrics: parseAddress(metrics) }),
    ...(debug === undefined ? {} : { debug: parseAddress(debug) }),
    ...(debugTokenFile === undefined ? {} : { debugTokenFile }),
  };
}

async function clusterConfig(kubeconfig: string | undefined): Promise<ClusterConfig> {
  if (kubeconfig === undefined && isInCluster()) return inClusterConfig();
  return loadKubeconfig(kubeconfig === undefined ? {} : { path: kubeconfig });
}

function cacheFolder(): string {
  const caches = process.env['XDG_CACHE_HOME'] ?? '';
  return join(caches === '' ? join(homedir(), '.cache') : caches, 'capstan', 'run');
}
