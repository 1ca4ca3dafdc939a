import { join } from 'node:path';
import { Command, Option } from 'commander';
import { parseAddress } from '../command-line/address.ts';
import { parentGone, stopRequested } from '../command-line/stop-signal.ts';

interface SandboxFlags {
  readonly state: string;
  readonly listen: string;
  readonly kubeconfigOut?: string;
  readonly simulate: boolean;
  readonly withParent: boolean;
}

/** `capstan sandbox`: the Kubernetes API alone. */
export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('Run the embedded Kubernetes API alone, without controllers for Git.')
    .option('--state <dir>', 'where it keeps its state', join('.capstan', 'sandbox'))
    .option('--listen <address>', 'where it listens; port 0 takes a free one', '127.0.0.1:0')
    .option('--kubeconfig-out <file>', 'where the kubeconfig is written (default: in the state)')
    .option('--no-simulate', 'the API alone: no Deployment makes Pods')
    .addOption(new Option('--with-parent', 'end when standard input does').default(false).hideHelp())
    .addHelpText(
      'after',
      `
It prints one line of JSON when it is ready: {"url": …, "kubeconfig": …}.

Examples:
  capstan sandbox
  capstan sandbox --state /tmp/sandbox --listen 127.0.0.1:6443
  kubectl --kubeconfig .capstan/sandbox/kubeconfig get all -A
`,
    )
    .action((flags: SandboxFlags) => sandbox(flags));
}

async function sandbox(flags: SandboxFlags): Promise<void> {
  const { host, port } = parseAddress(flags.listen);
  const stop = flags.withParent ? Promise.race([stopRequested(), parentGone()]) : stopRequested();
  const { startSandbox } = await import('@capstan/sandbox');
  const running = await startSandbox({
    stateDir: flags.state,
    host,
    port,
    ...(flags.kubeconfigOut === undefined ? {} : { kubeconfigPath: flags.kubeconfigOut }),
    ...(flags.simulate ? {} : { simulation: false }),
  });
  process.stdout.write(`${JSON.stringify({ url: running.url, kubeconfig: running.kubeconfigPath })}\n`);
  await stop;
  await running.close();
}
