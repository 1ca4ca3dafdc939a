import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getPath } from '@capstan/object';
import { startSandbox, type Sandbox } from '../index.ts';
import { play, targetOf, type ReplayAnswer, type ReplayStep } from '../replay/play.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

describe('hostile requests', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-limits-'));
  let sandbox: Sandbox;
  const faults: unknown[] = [];
  before(async () => {
    sandbox = await startSandbox({ stateDir, port: 0, simulation: false, report: (error) => faults.push(error) });
  });
  after(async () => {
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
    assert.deepEqual(faults, []);
  });
  const ask = async (step: Omit<ReplayStep, 'about'>): Promise<ReplayAnswer> => {
    const [answer] = await play(targetOf(sandbox.kubeconfig), [{ about: 'hostile', ...step }]);
    assert.ok(answer !== undefined);
    return answer;
  };

  it('with too long a body are refused', async () => {
    const text = `{"metadata":{"name":"a"},"data":{"a":"${'x'.repeat(4 * 1024 * 1024)}"}}`;
    assert.equal((await ask({ method: 'POST', path: MAPS, text })).status, 413);
  });

  it('with too deep a body are refused', async () => {
    const text = `{"metadata":{"name":"a"},"data":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    assert.equal((await ask({ method: 'POST', path: MAPS, text })).status, 400);
    assert.equal(
      (await ask({ method: 'POST', path: MAPS, text: '['.repeat(100_000), type: 'application/yaml' })).status,
      400,
    );
  });

  it('with keys of JavaScript are data like any other', async () => {
    const text = '{"metadata":{"name":"proto","labels":{"constructor":"c"}},"data":{"__proto__":"p","toString":"t"}}';
    const answer = await ask({ method: 'POST', path: MAPS, text });
    assert.equal(answer.status, 201);
    assert.equal(getPath(answer.body, 'data', '__proto__'), 'p');
    assert.equal(getPath(answer.body, 'data', 'toString'), 't');
    assert.equal(getPath((await ask({ method: 'GET', path: `${MAPS}/proto` })).body, 'data', '__proto__'), 'p');
  });

  it('for paths that are none are not found', async () => {
    for (const path of ['/api/v1/namespaces/..%2f..%2fetc', '/api/v1/__proto__', '/%E0%A4%A']) {
      const { status } = await ask({ method: 'GET', path });
      assert.ok(status === 404 || status === 400, `${path}: ${status}`);
    }
  });

  it('with patterns that would run away on other engines are answered', async () => {
    const schema = {
      type: 'object',
      properties: { spec: { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } } },
    };
    const names = { plural: 'traps', kind: 'Trap' };
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }];
    const spec = { group: 'x.example.com', names, scope: 'Cluster', versions };
    await ask({ method: 'POST', path: CRDS, body: { metadata: { name: 'traps.x.example.com' }, spec } });
    const path = '/apis/x.example.com/v1/traps';
    await ask({ method: 'GET', path, until: 200 });
    const body = {
      apiVersion: 'x.example.com/v1',
      kind: 'Trap',
      metadata: { name: 't' },
      spec: { a: `${'a'.repeat(60)}!` },
    };
    assert.equal((await ask({ method: 'POST', path, body })).status, 422);
  });
});
