import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import type { KubernetesObject } from '@capstan/object';
import { refuseUnhonouredSettings } from './honoured-settings.ts';
import { settingsOf } from './settings-of.ts';

const configMap: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
const gizmo: KubernetesObject = { apiVersion: 'x.example.com/v1', kind: 'Gizmo', metadata: { name: 'a' } };

function refused(cm: Record<string, string>, objects: readonly KubernetesObject[], types: readonly string[]): string {
  try {
    refuseUnhonouredSettings(settingsOf({ cm }), objects, types);
    return '';
  } catch (error) {
    assert.ok(isCapstanError(error, 'NOT_HONOURED'));
    return error.message;
  }
}

describe('a setting that is not honoured yet', () => {
  it('stops only sources of the type that it alters', () => {
    const cm = { 'kustomize.buildOptions': '--enable-helm' };
    assert.match(refused(cm, [configMap], ['Kustomize']), /argocd-cm: kustomize\.buildOptions/);
    assert.equal(refused(cm, [configMap], ['Directory']), '');
    assert.equal(refused({ 'kustomize.buildOptions': '' }, [configMap], ['Kustomize']), '');
  });

  it('stops only Applications with objects of the kind that it alters', () => {
    const cm = { 'resource.customizations.health.*.example.com_Gizmo': 'return {}' };
    assert.match(refused(cm, [configMap, gizmo], ['Directory']), /health\.\*\.example\.com_Gizmo/);
    assert.equal(refused(cm, [configMap], ['Directory']), '');
  });

  it('is not there by default, nor with the release’s argocd-cm', () => {
    assert.deepEqual(settingsOf({}).unhonoured, []);
    const updates = { 'resource.customizations.ignoreResourceUpdates.all': 'jsonPointers: [/status]' };
    assert.equal(refused(updates, [configMap], ['Directory', 'Kustomize']), '');
  });
});
