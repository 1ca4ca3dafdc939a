// Records what a real API server makes of metadata.managedFields, as goldens for the object package's tests:
// `node scripts/object/record-managed-fields.ts SERVER TOKEN` with NODE_TLS_REJECT_UNAUTHORIZED=0 for a throw-away server.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canonicalForm } from '../../packages/sandbox/src/schema/index.ts';
import {
  getPath,
  isJsonObject,
  parseJson,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { scenarios, widgetDefinition, type Scenario, type Step } from './managed-fields-scenarios.ts';

const [server = '', token = ''] = process.argv.slice(2);
const target = fileURLToPath(new URL('../../packages/object/src/merge/testdata/', import.meta.url));
const MERGE_TYPES = {
  merge: 'application/merge-patch+json',
  'strategic-merge': 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;

async function call(
  method: string,
  path: string,
  type?: string,
  body?: JsonValue,
): Promise<{ status: number; body: JsonValue }> {
  const headers = { authorization: `Bearer ${token}`, ...(type === undefined ? {} : { 'content-type': type }) };
  const response = await fetch(server + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: parseJson(await response.text()) };
}

function requestOf(scenario: Scenario, step: Step, live: JsonObject): Parameters<typeof call> {
  const own = `${scenario.collection}/${scenario.object}`;
  const query = `fieldManager=${step.manager}`;
  switch (step.verb) {
    case 'create':
      return ['POST', `${scenario.collection}?${query}`, 'application/json', step.body];
    case 'put':
      return ['PUT', `${own}?${query}`, 'application/json', step.edit(live)];
    case 'patch': {
      const path = step.subresource === undefined ? own : `${own}/${step.subresource}`;
      return ['PATCH', `${path}?${query}`, MERGE_TYPES[step.type], step.body];
    }
    case 'apply': {
      const base = step.path === undefined ? own : `${step.path}/${scenario.object}`;
      const path = step.subresource === undefined ? base : `${base}/${step.subresource}`;
      return ['PATCH', `${path}?${query}&force=${step.force ?? false}`, 'application/apply-patch+yaml', step.body];
    }
    default:
      return step satisfies never;
  }
}

/** The object once its controllers have said what they have to say of it. */
async function settled(path: string): Promise<JsonObject | undefined> {
  const start = performance.now();
  let before: JsonValue | undefined;
  while (performance.now() - start < 20_000) {
    const { status, body } = await call('GET', path);
    if (status === 404) return undefined;
    const generation = getPath(body, 'metadata', 'generation');
    const observed = getPath(body, 'status', 'observedGeneration');
    const version = getPath(body, 'metadata', 'resourceVersion');
    if ((observed === undefined || observed === generation) && version === before && isJsonObject(body)) return body;
    before = version;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  throw new Error(`${path} does not settle`);
}

async function record(scenario: Scenario): Promise<void> {
  const steps: JsonObject[] = [];
  for (const step of scenario.steps) {
    const collection = step.verb === 'apply' ? (step.path ?? scenario.collection) : scenario.collection;
    const live = await settled(`${collection}/${scenario.object}`);
    const [method, path, type, body] = requestOf(scenario, step, live ?? {});
    const answer = await call(method, path, type, body);
    const { verb, manager } = step;
    steps.push({
      verb,
      manager,
      ...(step.verb === 'apply' ? { force: step.force ?? false } : {}),
      ...('subresource' in step ? { subresource: step.subresource ?? '' } : {}),
      before: live ?? null,
      request: body ?? null,
      status: answer.status,
      answer: answer.body,
    });
    process.stdout.write(`${scenario.name} ${verb} ${manager}: ${answer.status}\n`);
  }
  const first = steps[0]?.['answer'];
  const kind = { apiVersion: getPath(first, 'apiVersion'), kind: getPath(first, 'kind'), metadata: {} };
  const emptyObject = canonicalForm(kind as KubernetesObject);
  mkdirSync(target, { recursive: true });
  writeFileSync(
    `${target}managed-fields-of-a-${scenario.name}.json`,
    `${JSON.stringify({ emptyObject, steps }, null, 1)}\n`,
  );
}

await call('DELETE', '/api/v1/namespaces/recording');
await call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', 'application/json', widgetDefinition);
while ((await call('GET', '/api/v1/namespaces/recording')).status !== 404) await new Promise((r) => setTimeout(r, 500));
await call('POST', '/api/v1/namespaces', 'application/json', {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'recording' },
});
for (const scenario of scenarios) await record(scenario);
