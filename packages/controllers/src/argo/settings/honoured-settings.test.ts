import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { refuseUnhonouredSettings } from './honoured-settings.ts';
import { settingsOf } from './settings-of.ts';

function refused(cm: Record<string, string>, types: readonly string[]): string {
  try {
    refuseUnhonouredSettings(settingsOf({ cm }), types);
    return '';
  } catch (error) {
    assert.ok(isCapstanError(error, 'NOT_HONOURED'));
    return error.message;
  }
}

describe('a setting that is not honoured yet', () => {
  it('stops only sources of the type that it alters', () => {
    const cm = { 'helm.valuesFileSchemes': 'https' };
    assert.match(refused(cm, ['Helm']), /argocd-cm: helm\.valuesFileSchemes/);
    assert.equal(refused(cm, ['Directory', 'Kustomize']), '');
  });

  it('is no script that judges the health of a kind: that is honoured', () => {
    const cm = { 'resource.customizations.health.*.example.com_Gizmo': 'return {}' };
    assert.equal(refused(cm, ['Directory']), '');
  });

  it('is not there by default, nor with the release’s argocd-cm', () => {
    assert.deepEqual(settingsOf({}).unhonoured, []);
    const updates = { 'resource.customizations.ignoreResourceUpdates.all': 'jsonPointers: [/status]' };
    assert.equal(refused(updates, ['Directory', 'Kustomize']), '');
  });
});
