// Plays lists of requests against a cluster and keeps request and answer, normalised, as goldens for the sandbox.
//   node scripts/sandbox/record.ts --kubeconfig FILE [NAME…]
// A list is packages/sandbox/src/testdata/requests/NAME.json; its answers go to packages/sandbox/src/testdata/recorded/.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { play, readScript, targetOf } from '../../packages/sandbox/src/replay/play.ts';

const testdata = fileURLToPath(new URL('../../packages/sandbox/src/testdata/', import.meta.url));
const { values, positionals } = parseArgs({ allowPositionals: true, options: { kubeconfig: { type: 'string' } } });
if (values.kubeconfig === undefined) {
  process.stderr.write('usage: node scripts/sandbox/record.ts --kubeconfig FILE [NAME…]\n');
  process.exit(2);
}
const target = targetOf(readFileSync(values.kubeconfig, 'utf8'));
const names = globSync('*.json', { cwd: `${testdata}requests` }).map((file) => basename(file, '.json'));
for (const name of positionals.length > 0 ? positionals : names.sort()) {
  const script = readScript(readFileSync(`${testdata}requests/${name}.json`, 'utf8'));
  const answers = await play(target, script);
  writeFileSync(`${testdata}recorded/${name}.json`, `${JSON.stringify(answers, undefined, 2)}\n`);
  process.stdout.write(`${name}: ${answers.length} answers\n`);
}
