import { parseArgs } from 'node:util';
import { messageOf } from '@capstan/errors';
import { startSandbox } from './start.ts';

const USAGE = `usage: node main.ts --state DIR [--port N] [--listen ADDRESS] [--kubeconfig-out FILE]
                    [--no-simulation | --metrics]

Runs the sandbox's Kubernetes API on a state folder. Prints one line of JSON when it is ready:
{"url": …, "kubeconfig": path}. Port 0 (the default) takes a free one. SIGTERM ends it cleanly.
--no-simulation runs the API alone, without the workload controllers and the node.
--metrics lets autoscalers find a metrics server, by which pods use just what is aimed at.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      state: { type: 'string' },
      port: { type: 'string', default: '0' },
      listen: { type: 'string', default: '127.0.0.1' },
      'kubeconfig-out': { type: 'string' },
      'no-simulation': { type: 'boolean', default: false },
      metrics: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (values.state === undefined || !Number.isInteger(port) || port < 0 || port > 65535) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const kubeconfigPath = values['kubeconfig-out'];
  const sandbox = await startSandbox({
    stateDir: values.state,
    port,
    host: values.listen,
    ...(kubeconfigPath === undefined ? {} : { kubeconfigPath }),
    simulation: values['no-simulation'] ? false : { metrics: values.metrics },
  });
  process.stdout.write(`${JSON.stringify({ url: sandbox.url, kubeconfig: sandbox.kubeconfigPath })}\n`);
  let closing = false;
  const stop = (): void => {
    if (closing) return;
    closing = true;
    sandbox.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function fail(error: unknown): void {
  process.stderr.write(`sandbox: ${messageOf(error)}\n`);
  process.exit(1);
}

main().catch(fail);
