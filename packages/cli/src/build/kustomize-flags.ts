import { CapstanError } from '@capstan/errors';
import { Option, type Command } from 'commander';

interface Refusal {
  readonly flags: string;
  readonly why: string;
}

const FUNCTIONS = 'functions and plugins that are programs or containers are never run';
const CHARTS = 'Helm charts in kustomizations are not supported yet';

/** Flags of `kustomize build` that Capstan knows and refuses, each with the reason. */
const refused: readonly Refusal[] = [
  { flags: '--helm-command <program>', why: 'no program is run for a chart' },
  { flags: '--helm-api-versions <version...>', why: CHARTS },
  { flags: '--helm-kube-version <version>', why: CHARTS },
  { flags: '--helm-debug', why: CHARTS },
  { flags: '--enable-alpha-plugins', why: FUNCTIONS },
  { flags: '--enable-exec', why: FUNCTIONS },
  { flags: '--network', why: FUNCTIONS },
  { flags: '--network-name <name>', why: FUNCTIONS },
  { flags: '--mount <options...>', why: FUNCTIONS },
  { flags: '-e, --env <variable...>', why: FUNCTIONS },
  { flags: '--as-current-user', why: FUNCTIONS },
];

/** Lets a command know the flags of kustomize that it refuses, so that they are told by name; they stand in no help. */
export function addRefusedFlags(command: Command): Command {
  for (const { flags } of refused) command.addOption(new Option(flags).hideHelp());
  return command;
}

/** Throws USAGE with the first flag that is given and refused. */
export function checkRefusedFlags(command: Command): void {
  for (const { flags, why } of refused) {
    const name = new Option(flags).attributeName();
    if (command.getOptionValueSource(name) !== 'cli') continue;
    const flag = /--[a-z-]+/.exec(flags)?.[0] ?? flags;
    throw new CapstanError('USAGE', `${flag} is refused: ${why}; leave it out`, { data: { flag } });
  }
}

/** The names of what is refused, for the help. */
export function refusedFlagNames(): string {
  return refused.map(({ flags }) => /--[a-z-]+/.exec(flags)?.[0] ?? flags).join(', ');
}
