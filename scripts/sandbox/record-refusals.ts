// Gives a real control plane objects that it refuses, and writes what it answers as goldens for the sandbox's
// validation. A case with `old` is an update of that. The goldens themselves are cases: to record them again, give them.
//   node scripts/sandbox/record-refusals.ts --kubeconfig FILE --out FILE.json CASES.json
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { parseArgs } from 'node:util';
import { gvkOf, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { apiGroups } from '../../packages/sandbox/src/schema/index.ts';

const NAMESPACE = 'refusals';
const { values, positionals } = parseArgs({
  options: { kubeconfig: { type: 'string' }, out: { type: 'string' } },
  allowPositionals: true,
});
const [casesFile] = positionals;
if (values.kubeconfig === undefined || values.out === undefined || casesFile === undefined) {
  process.stderr.write('usage: record-refusals.ts --kubeconfig FILE --out FILE.json CASES.json\n');
  process.exit(2);
}
const view = ['--kubeconfig', values.kubeconfig, 'config', 'view', '--raw', '-o', 'json'];
const config = JSON.parse(execFileSync(process.env['KUBECTL'] ?? 'kubectl', view, { encoding: 'utf8' })) as {
  clusters: { cluster: { server: string; 'certificate-authority': string } }[];
  users: { user: { token: string } }[];
};
const server = config.clusters[0]?.cluster;
const token = config.users[0]?.user.token ?? '';
if (server === undefined) throw new Error('the kubeconfig has no cluster');
const address = server.server;
const ca = readFileSync(server['certificate-authority']);

interface Case {
  readonly title: string;
  readonly old?: KubernetesObject;
  readonly object: KubernetesObject;
}

function send(method: string, path: string, body?: JsonValue): Promise<{ status: number; body: JsonObject }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request(`${address}${path}`, { method, ca, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as JsonObject });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function collectionPath(object: KubernetesObject): string {
  const { group, version, kind } = gvkOf(object);
  const served = apiGroups()
    .find((each) => each.name === group)
    ?.versions.find((each) => each.version === version);
  const resource = served?.resources.find((each) => each.kind === kind);
  if (resource === undefined) throw new Error(`${object.apiVersion} ${kind} is not served`);
  const prefix = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${prefix}${resource.namespaced ? `/namespaces/${NAMESPACE}` : ''}/${resource.name}`;
}

await send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
const goldens: unknown[] = [];
for (const each of JSON.parse(readFileSync(casesFile, 'utf8')) as readonly Case[]) {
  const path = collectionPath(each.object);
  const name = JSON.stringify(each.object.metadata['name'] ?? '').slice(1, -1);
  let stored: JsonObject | undefined;
  if (each.old !== undefined) {
    const created = await send('POST', path, each.old);
    if (created.status >= 300) throw new Error(`${each.title}: ${JSON.stringify(created.body)}`);
    stored = (await send('GET', `${path}/${name}`)).body;
  }
  const answer =
    each.old === undefined
      ? await send('POST', `${path}?dryRun=All`, each.object)
      : await send('PUT', `${path}/${name}?dryRun=All`, each.object);
  if (each.old !== undefined) await send('DELETE', `${path}/${name}?propagationPolicy=Background&gracePeriodSeconds=0`);
  const refusal =
    answer.status < 300
      ? null
      : { code: answer.status, message: answer.body['message'], details: answer.body['details'] };
  goldens.push({
    title: each.title,
    ...(stored === undefined ? {} : { old: each.old, stored }),
    object: each.object,
    refusal,
  });
}
await send('DELETE', `/api/v1/namespaces/${NAMESPACE}`);
writeFileSync(values.out, `[\n${goldens.map((golden) => JSON.stringify(golden)).join(',\n')}\n]\n`);
process.stdout.write(`${goldens.length} cases\n`);
