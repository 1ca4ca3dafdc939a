// Asks a real control plane what it would store for given objects (a server-side dry run), and writes the pairs as
// goldens for the sandbox's defaults:
//   node scripts/sandbox/record-stored-objects.ts --kubeconfig FILE --out FILE.json INPUT.yaml…
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { kubeconfig: { type: 'string' }, out: { type: 'string' } },
  allowPositionals: true,
});
if (values.kubeconfig === undefined || values.out === undefined || positionals.length === 0) {
  process.stderr.write('usage: record-stored-objects.ts --kubeconfig FILE --out FILE.json INPUT.yaml…\n');
  process.exit(2);
}
const kubeconfig = values.kubeconfig;

function kubectl(input: string | undefined, ...words: readonly string[]) {
  return spawnSync(process.env['KUBECTL'] ?? 'kubectl', ['--kubeconfig', kubeconfig, ...words], {
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
}

interface Item {
  metadata: { name?: string; namespace?: string };
}

/** `kubectl create --dry-run=client` reads YAML and prints each object as it was sent. */
function inputsOf(file: string): Item[] {
  const { stdout, stderr } = kubectl(
    undefined,
    'create',
    '--dry-run=client',
    '--validate=false',
    '-o',
    'json',
    '-f',
    file,
  );
  if (stdout === '') {
    process.stderr.write(`${file}: ${stderr}`);
    return [];
  }
  const parsed = JSON.parse(`[${stdout.replaceAll(/^\}\n\{/gm, '},{')}]`) as { kind: string; items?: Item[] }[];
  return parsed.flatMap((each) => (each.kind === 'List' ? (each.items ?? []) : [each as unknown as Item]));
}

const goldens: unknown[] = [];
const seen = new Set<string>();
for (const file of positionals) {
  for (const input of inputsOf(file)) {
    delete input.metadata.namespace;
    const text = JSON.stringify(input);
    if (seen.has(text)) continue;
    seen.add(text);
    const answer = kubectl(
      text,
      'create',
      '--dry-run=server',
      '--validate=false',
      '-n',
      'default',
      '-o',
      'json',
      '-f',
      '-',
    );
    if (answer.status === 0) goldens.push({ input, stored: JSON.parse(answer.stdout) as unknown });
    else process.stderr.write(`${file}: ${answer.stderr}`);
  }
}
writeFileSync(values.out, `[\n${goldens.map((pair) => JSON.stringify(pair)).join(',\n')}\n]\n`);
process.stdout.write(`${goldens.length} pairs\n`);
