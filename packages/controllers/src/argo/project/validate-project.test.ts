import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isIgnoredOrphan } from './orphaned-resources.ts';
import type { ProjectSpec } from './project-spec.ts';
import { serviceAccountOf } from './service-accounts.ts';
import { effectiveSourceIntegrity } from './source-integrity.ts';
import { isInNameList } from './source-namespaces.ts';
import { projectFault } from './validate-project.ts';
import { virtualProject } from './virtual-project.ts';

describe('a project', () => {
  it('is checked part by part', () => {
    const role = (part: object): ProjectSpec => ({ roles: [{ name: 'dev', ...part }] });
    const window = { kind: 'deny', schedule: '0 1 * * *', duration: '1h', applications: ['*'] };
    const cases: readonly (readonly [ProjectSpec, string | undefined])[] = [
      [{}, undefined],
      [{ destinations: [{ name: '!*' }] }, "name has an invalid format, '!*'"],
      [{ destinations: [{ name: 'a' }, { server: 'a' }] }, "destination 'a/' already added"],
      [{ sourceNamespaces: ['a', 'a'] }, "source namespace 'a' already added"],
      [role({ policies: ['p, proj:p:dev, applications, get, p/*, allow'] }), undefined],
      [role({ policies: ['p, proj:p:dev, accounts, get, p/*, allow'] }), 'project resource must be'],
      [role({ groups: ['a,b'] }), "group 'a,b' must be quoted"],
      [role({ groups: ['"a,b"'] }), undefined],
      [role({ groups: ['a', 'a'] }), "group 'a' already exists for role 'dev'"],
      [role({ name: '-x' }), "invalid role name '-x'"],
      [{ syncWindows: [window, { ...window, manualSync: true }] }, 'already exists'],
      [{ syncWindows: [{ ...window, kind: 'maybe' }] }, "kind 'maybe' mismatch: can only be allow or deny"],
      [{ syncWindows: [{ ...window, duration: '1' }] }, "cannot parse duration '1': time: missing unit in duration"],
      [{ destinationServiceAccounts: [{ server: 'a', defaultServiceAccount: ' ' }] }, 'defaultServiceAccount has an'],
    ];
    for (const [spec, words] of cases) {
      const message = projectFault('p', spec)?.message;
      if (words === undefined) assert.equal(message, undefined);
      else assert.ok(message?.includes(words), `${String(message)} says ${words}`);
    }
  });

  it('names the service account of the first entry that takes a destination', () => {
    const project: ProjectSpec = {
      destinationServiceAccounts: [
        { server: 'https://a', namespace: 'web-*', defaultServiceAccount: 'deployer' },
        { server: '*', namespace: '*', defaultServiceAccount: 'ops:fallback' },
        { server: 'https://b', namespace: '', defaultServiceAccount: 'bare' },
      ],
    };
    const of = (server: string, namespace: string) =>
      serviceAccountOf(project, { server, name: '', namespace }, 'argocd');
    assert.deepEqual(of('https://a', 'web-1'), { kind: 'account', username: 'system:serviceaccount:web-1:deployer' });
    assert.deepEqual(of('https://b', 'x'), { kind: 'account', username: 'system:serviceaccount:ops:fallback' });
    assert.equal(serviceAccountOf({}, { server: 'https://a', name: '', namespace: 'x' }, 'argocd'), undefined);
    const bad = { destinationServiceAccounts: [{ server: '*', namespace: '*', defaultServiceAccount: 'a*' }] };
    assert.deepEqual(serviceAccountOf(bad, { server: 'https://a', name: '', namespace: 'x' }, 'argocd'), {
      kind: 'refused',
      message: "default service account contains invalid chars 'a*'",
    });
  });

  it('takes its own repositories and clusters, and global projects, into account', () => {
    const merged = virtualProject(
      { sourceRepos: ['https://a'], namespaceResourceWhitelist: [] },
      {
        repositories: ['https://own'],
        clusters: [
          { server: 'https://c', name: 'c', namespaces: [] },
          { server: 'https://d', name: 'd', namespaces: ['x'] },
        ],
      },
      [{ sourceRepos: ['https://global'], clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }] }],
    );
    assert.deepEqual(merged, {
      sourceRepos: ['https://a', 'https://own', 'https://global'],
      namespaceResourceWhitelist: [],
      destinations: [
        { server: 'https://c', namespace: '*' },
        { server: 'https://d', namespace: 'x' },
      ],
      clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
    });
  });

  it('reads its older signature keys as a policy for every repository', () => {
    assert.equal(effectiveSourceIntegrity({}), undefined);
    assert.deepEqual(effectiveSourceIntegrity({ signatureKeys: [{ keyID: 'A' }] }), {
      git: { policies: [{ repos: [{ url: '*' }], gpg: { mode: 'head', keys: ['A'] } }] },
    });
  });

  it('takes namespaces by name, glob, and expression between slashes', () => {
    assert.equal(isInNameList(['team-*'], 'team-a'), true);
    assert.equal(isInNameList(['/^team-[0-9]+$/'], 'team-12'), true);
    assert.equal(isInNameList(['/^team-[0-9]+$/'], 'team-x'), false);
    assert.equal(isInNameList(['/(/', '/'], 'x'), false);
    assert.equal(isInNameList([`/^(a+)+$/`], 'a'.repeat(200) + 'b'), false);
  });

  it('leaves out of the orphaned what every namespace has, and what it ignores', () => {
    const project: ProjectSpec = { orphanedResources: { ignore: [{ group: 'apps', kind: 'Rep*', name: 'x-*' }] } };
    const of = (group: string, kind: string, name: string) =>
      isIgnoredOrphan(project, { group, kind, name, namespace: 'web' });
    assert.equal(of('', 'ConfigMap', 'kube-root-ca.crt'), true);
    assert.equal(of('', 'ServiceAccount', 'default'), true);
    assert.equal(of('', 'Service', 'kubernetes'), false);
    assert.equal(of('apps', 'ReplicaSet', 'x-1'), true);
    assert.equal(of('apps', 'ReplicaSet', 'y-1'), false);
    assert.equal(of('', 'ReplicaSet', 'x-1'), false);
  });
});
