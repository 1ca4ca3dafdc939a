// Reads the Tables that a real control plane answers for whatever it holds, and writes object, columns and cells as
// goldens for the sandbox's columns:  node scripts/sandbox/record-tables.ts --kubeconfig FILE --out FILE.json
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { parseArgs } from 'node:util';
import { apiGroups } from '../../packages/sandbox/src/schema/index.ts';

const ROWS_PER_KIND = 6;
const { values } = parseArgs({ options: { kubeconfig: { type: 'string' }, out: { type: 'string' } } });
if (values.kubeconfig === undefined || values.out === undefined) {
  process.stderr.write('usage: record-tables.ts --kubeconfig FILE --out FILE.json\n');
  process.exit(2);
}
const view = ['--kubeconfig', values.kubeconfig, 'config', 'view', '--raw', '-o', 'json'];
const config = JSON.parse(execFileSync(process.env['KUBECTL'] ?? 'kubectl', view, { encoding: 'utf8' })) as {
  clusters: { cluster: { server: string; 'certificate-authority': string } }[];
  users: { user: { token: string } }[];
};
const server = config.clusters[0]?.cluster;
const token = config.users[0]?.user.token;
if (server === undefined || token === undefined) throw new Error('the kubeconfig has no cluster or no token');
const ca = readFileSync(server['certificate-authority']);

interface Table {
  columnDefinitions?: { name: string; type: string; format: string; priority: number }[];
  rows?: { cells: unknown[]; object: { metadata: { managedFields?: unknown } } }[];
}

function read(path: string): Promise<{ readonly body: Table; readonly date: string }> {
  const accept = 'application/json;as=Table;g=meta.k8s.io;v=v1';
  const headers = { authorization: `Bearer ${token ?? ''}`, accept };
  return new Promise((resolve, reject) => {
    const sent = request(`${server?.server ?? ''}${path}?includeObject=Object`, { ca, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        resolve({ body: JSON.parse(Buffer.concat(parts).toString()) as Table, date: answer.headers.date ?? '' });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const goldens: unknown[] = [];
for (const group of apiGroups()) {
  for (const { version, resources } of group.versions) {
    for (const resource of resources) {
      if (!resource.verbs.includes('list')) continue;
      const prefix = group.name === '' ? `/api/${version}` : `/apis/${group.name}/${version}`;
      const { body, date } = await read(`${prefix}/${resource.name}`);
      const columns = (body.columnDefinitions ?? []).map(({ name, type, format, priority }) => ({
        name,
        type,
        format,
        priority,
      }));
      const rows = (body.rows ?? []).slice(-ROWS_PER_KIND).map(({ cells, object }) => {
        delete object.metadata.managedFields;
        return { cells, object };
      });
      goldens.push({ group: group.name, version, kind: resource.kind, now: date, columns, rows });
    }
  }
}
writeFileSync(values.out, `[\n${goldens.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`);
process.stdout.write(`${goldens.length} kinds\n`);
