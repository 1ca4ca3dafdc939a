import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultSettings, type ArgoSettings, type KindCustomization } from './argo-settings.ts';
import { settingsOf } from './settings-of.ts';

const of = (cm: Record<string, string>, params: Record<string, string> = {}): ArgoSettings =>
  settingsOf({ cm, params });

function customization(settings: ArgoSettings, group: string, kind: string): KindCustomization {
  const found = settings.customizations.find((entry) => entry.group === group && entry.kind === kind);
  assert.ok(found, `${group}/${kind}`);
  return found;
}

describe("Argo CD's settings", () => {
  it('are those of the release manifests where there is no ConfigMap', () => {
    assert.deepEqual(settingsOf({}), defaultSettings);
  });

  it('count as they are where there is one: without exclusions nothing is excluded', () => {
    const settings = of({});
    assert.deepEqual(settings.exclusions, []);
    assert.deepEqual(settings.customizations, []);
    assert.deepEqual(settings.problems, []);
  });

  it('say how objects are tracked', () => {
    assert.deepEqual(
      of({
        'application.resourceTrackingMethod': 'annotation+label',
        'application.instanceLabelKey': 'example.com/app',
        installationID: 'east',
      }).tracking,
      { method: 'annotation+label', label: 'example.com/app', installationId: 'east' },
    );
    const odd = of({ 'application.resourceTrackingMethod': 'labels' });
    assert.equal(odd.tracking.method, 'annotation');
    assert.match(odd.warnings.join(), /no tracking method "labels"/);
  });

  it('name kinds to leave alone and kinds to keep to, on some clusters', () => {
    const settings = of({
      'resource.exclusions': '- apiGroups: ["*.example.com"]\n  kinds: [Noise]\n  clusters: ["https://*.west"]\n',
      'resource.inclusions': '- kinds: ["*"]\n',
    });
    assert.deepEqual(settings.exclusions, [
      { apiGroups: ['*.example.com'], kinds: ['Noise'], clusters: ['https://*.west'] },
    ]);
    assert.deepEqual(settings.inclusions, [{ apiGroups: [], kinds: ['*'], clusters: [] }]);
  });

  it('are read as sigs.k8s.io/yaml reads them: keys in any letters, numbers as texts', () => {
    const settings = of({ 'resource.exclusions': '- APIGROUPS: [1]\n  kinds: [yes]\n  other: {}\n' });
    assert.deepEqual(settings.exclusions, [{ apiGroups: ['1'], kinds: ['true'], clusters: [] }]);
    assert.equal(of({ 'resource.compareoptions': 'ignoreResourceStatusField: off' }).compare.ignoreStatusOf, 'none');
  });

  it('say what is compared', () => {
    const settings = of(
      { 'resource.compareoptions': 'ignoreAggregatedRoles: true\nignoreResourceStatusField: crd\n' },
      { 'controller.diff.server.side': 'true' },
    );
    assert.deepEqual(settings.compare, {
      ignoreAggregatedRoles: true,
      ignoreStatusOf: 'crd',
      ignoreDifferencesOnResourceUpdates: true,
      serverSideDiff: true,
    });
  });

  it('hold times, in words of Go and of days', () => {
    assert.deepEqual(of({ 'timeout.reconciliation': '1d', 'timeout.reconciliation.jitter': '90s' }).poll, {
      intervalMs: 86_400_000,
      jitterMs: 90_000,
    });
    assert.equal(of({ 'timeout.reconciliation': '0' }).poll.intervalMs, 0);
    const odd = of({ 'timeout.reconciliation': 'soon' });
    assert.deepEqual(odd.poll, defaultSettings.poll);
    assert.match(odd.warnings.join(), /timeout\.reconciliation/);
    assert.deepEqual(odd.problems, []);
  });

  it('hold what programs are started with', () => {
    const settings = of(
      {},
      {
        'application.namespaces': ' team-*, /^x-.*$/ ,',
        'controller.self.heal.backoff.timeout.seconds': '5',
        'controller.sync.wave.delay.seconds': 'never',
        'controller.resource.health.persist': 'TRUE',
      },
    );
    assert.deepEqual(settings.applicationNamespaces, ['team-*', '/^x-.*$/']);
    assert.deepEqual(settings.selfHeal, { baseMs: 5_000, factor: 3, capMs: 300_000, fixedMs: 0 });
    assert.equal(settings.waveDelayMs, 2_000);
    assert.equal(settings.persistResourceHealth, true);
    assert.match(settings.warnings.join(), /wave\.delay\.seconds: "never"/);
  });

  it('switch impersonation and the local cluster', () => {
    const settings = of({ 'application.sync.impersonation.enabled': 'true', 'cluster.inClusterEnabled': 'false' });
    assert.deepEqual(settings.impersonation, { enabled: true, enforced: true });
    assert.equal(settings.inCluster, false);
    assert.equal(of({ 'cluster.inClusterEnabled': '' }).inCluster, true);
  });

  it('name global projects', () => {
    const said = '- projectName: global\n  labelSelector:\n    matchLabels: {team: one}\n';
    assert.deepEqual(of({ globalProjects: said }).globalProjects, [
      { projectName: 'global', labelSelector: { matchLabels: { team: 'one' } } },
    ]);
  });
});

describe('what is said of a kind', () => {
  it('stands in one setting for all kinds', () => {
    const settings = of({
      'resource.customizations':
        'apps/Deployment:\n  health.lua.useOpenLibs: true\n  health.lua: return {}\n' +
        '  ignoreDifferences: |\n    jsonPointers: [/spec/replicas]\n' +
        '  knownTypeFields:\n  - {field: spec.cpu, type: core/v1/ResourceList}\n',
    });
    assert.deepEqual(settings.customizations, [
      {
        group: 'apps',
        kind: 'Deployment',
        useOpenLibs: true,
        healthScript: 'return {}',
        ignoreDifferences: { jsonPointers: ['/spec/replicas'], jqPathExpressions: [], managedFieldsManagers: [] },
        knownTypeFields: [{ field: 'spec.cpu', type: 'core/v1/ResourceList' }],
      },
    ]);
  });

  it('stands in a setting of its own, which counts more', () => {
    const settings = of({
      'resource.customizations': 'apps/Deployment:\n  health.lua: old\n  actions: |\n    definitions: []\n',
      'resource.customizations.health.apps_Deployment': 'new',
      'resource.customizations.useOpenLibs.cert-manager.io_Certificate': 'T',
      'resource.customizations.health.*.example.com_*': 'wild',
      'resource.customizations.health.ConfigMap': 'core',
      'resource.customizations.ignoreDifferences.all': 'managedFieldsManagers: [hpa]',
    });
    assert.equal(customization(settings, 'apps', 'Deployment').healthScript, 'new');
    assert.equal(customization(settings, 'apps', 'Deployment').actions, 'definitions: []\n');
    assert.equal(customization(settings, 'cert-manager.io', 'Certificate').useOpenLibs, true);
    assert.equal(customization(settings, '*.example.com', '*').healthScript, 'wild');
    assert.equal(customization(settings, '', 'ConfigMap').healthScript, 'core');
    assert.deepEqual(customization(settings, '*', '*').ignoreDifferences?.managedFieldsManagers, ['hpa']);
  });
});

describe('a setting that cannot be read', () => {
  for (const [key, said, words] of [
    ['resource.exclusions', '- kinds: Pod', /must be a list/],
    ['resource.exclusions', 'a: [', /argocd-cm: resource\.exclusions/],
    ['resource.customizations', 'apps/Deployment: {ignoreDifferences: {}}', /must be a text/],
    ['resource.customizations.health.a_b_c', 'x', /group kind should be in format/],
    ['resource.customizations.colour.Pod', 'x', /type colour not supported/],
    ['resource.customizations.useOpenLibs.Pod', 'maybe', /neither true nor false/],
    ['resource.customizations.ignoreDifferences.Pod', 'jsonPointers: /spec', /must be a list/],
    ['resource.compareoptions', 'ignoreAggregatedRoles: 7', /must be true or false/],
    ['globalProjects', 'x: y', /must be a list/],
    ['resource.ignoreResourceUpdatesEnabled', 'perhaps', /neither true nor false/],
  ] as const)
    it(`is told by its name: ${key}: ${said}`, () => {
      const { problems } = of({ [key]: said });
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', words);
      assert.match(problems[0] ?? '', new RegExp(`argocd-cm: ${key.replaceAll('.', '\\.')}`));
    });

  it('leaves the others as they are', () => {
    const settings = of({ 'resource.exclusions': '{', 'application.instanceLabelKey': 'example.com/app' });
    assert.equal(settings.tracking.label, 'example.com/app');
  });

  it('is no matter where it is nobody’s', () => {
    assert.deepEqual(of({ 'resource.customizations.health': 'x', unknown: '{' }).problems, []);
    assert.deepEqual(of({ __proto__: 'x' }).problems, []);
  });
});
