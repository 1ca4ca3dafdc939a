import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from '@capstan/object';
import { readApplication } from '../application.ts';
import { newState } from '../operation/state.ts';
import type { ProjectSpec } from '../project/project-spec.ts';
import type { Permit, Run } from './run.ts';
import { closedToAutomation, closedToOperation } from './windows.ts';

const object: KubernetesObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'shop', namespace: 'argocd' },
  spec: { project: 'team', destination: { server: 'https://kubernetes.default.svc', namespace: 'web' } },
};

function at(now: string): Run {
  const clock = { now: () => Date.parse(now) };
  return { shared: { engine: { clock } }, application: readApplication(object) } as unknown as Run;
}

function under(syncWindows: ProjectSpec['syncWindows']): Permit {
  return { project: { syncWindows } } as unknown as Permit;
}

const night = { kind: 'deny', schedule: '0 22 * * *', duration: '8h', namespaces: ['web'] };

describe('windows of an Application', () => {
  it('tell when automation may begin', () => {
    assert.equal(closedToAutomation(at('2026-01-15T12:00:00Z'), under([night])), undefined);
    assert.deepEqual(closedToAutomation(at('2026-01-16T05:00:00Z'), under([night])), {
      problem: undefined,
      afterMs: 3_600_000,
    });
    const others = { ...night, namespaces: ['other'] };
    assert.equal(closedToAutomation(at('2026-01-16T05:00:00Z'), under([others])), undefined);
  });

  it('look again within a day, however far away the next one is', () => {
    const yearly = { kind: 'allow', schedule: '0 0 1 12 *', duration: '1h', applications: ['*'] };
    assert.equal(closedToAutomation(at('2026-01-15T12:00:00Z'), under([yearly]))?.afterMs, 86_400_000);
  });

  it('keep an operation out, unless a person began it and may, or it began while they were open', () => {
    const now = at('2026-01-16T05:00:00Z');
    const automated = newState({ initiatedBy: { automated: true }, sync: {} }, '2026-01-15T21:59:00Z');
    const manual = newState({ initiatedBy: { username: 'admin' }, sync: {} }, '2026-01-16T05:00:00Z');
    assert.equal(closedToOperation(now, under([night]), automated)?.afterMs, 3_600_000);
    assert.equal(closedToOperation(now, under([{ ...night, syncOverrun: true }]), automated), undefined);
    assert.equal(closedToOperation(now, under([{ ...night, syncOverrun: true }]), manual)?.afterMs, 3_600_000);
    assert.equal(closedToOperation(now, under([{ ...night, manualSync: true }]), manual), undefined);
  });

  it('that cannot be read keep everything out', () => {
    const broken = { ...night, schedule: 'never' };
    assert.match(
      closedToAutomation(at('2026-01-15T12:00:00Z'), under([broken]))?.problem ?? '',
      /^invalid sync windows: cannot parse schedule 'never'/,
    );
  });
});
