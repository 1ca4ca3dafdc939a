import { Command } from 'commander';
import { setPaused } from '../actions/pause.ts';
import { appPrinting } from '../command-line/app-printing.ts';
import {
  withCluster,
  withClusterFlags,
  type ClusterAccess,
  type ClusterFlags,
} from '../command-line/cluster-access.ts';
import { findApp, fullName, pickApps } from '../command-line/find-apps.ts';
import { outputOption, printed, type OutputFormat } from '../command-line/output.ts';

interface PauseFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly output: OutputFormat;
}

/** `capstan suspend`: an app does nothing by itself any more. */
export function suspendCommand(): Command {
  return pauseCommand(
    'suspend',
    "Stop apps from acting by themselves: Flux's spec.suspend, Argo CD's automated.enabled: false.",
    true,
  );
}

/** `capstan resume`: an app goes on. */
export function resumeCommand(): Command {
  return pauseCommand('resume', 'Let suspended apps act by themselves again.', false);
}

function pauseCommand(verb: 'suspend' | 'resume', description: string, paused: boolean): Command {
  return withClusterFlags(new Command(verb))
    .description(description)
    .argument('<name...>', '[KIND/][NAMESPACE/]NAME')
    .option('-n, --namespace <name>', 'look in one namespace only')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `\nExamples:\n  capstan ${verb} production\n  capstan ${verb} ks/development gitrepo/mono-repo\n`,
    )
    .action((names: readonly string[], flags: PauseFlags) =>
      withCluster(flags, (access) => pause(access, names, flags, paused)),
    );
}

async function pause(
  access: ClusterAccess,
  names: readonly string[],
  flags: PauseFlags,
  paused: boolean,
): Promise<void> {
  const apps = await pickApps(access.client, names, flags.namespace);
  access.announceWrite();
  for (const app of apps) {
    const changed = await setPaused(access.client, app, paused);
    const verb = paused ? 'suspended' : 'resumed';
    process.stderr.write(`capstan: ${fullName(app.view)} ${changed ? verb : `is ${verb} already`}\n`);
  }
  const after = await Promise.all(apps.map(({ view }) => findApp(access.client, fullName(view))));
  process.stdout.write(
    printed(
      after.map(({ view }) => view),
      flags.output,
      appPrinting,
      names.length === 1,
    ),
  );
}
