import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { fluxOptionsOf } from './flux-flags.ts';

describe("Flux's own flags", () => {
  it('are its defaults where none is given', () => {
    assert.equal(fluxOptionsOf({}, 'flux-system').strictSubstitutions, true);
    assert.equal(fluxOptionsOf({}, 'flux-system').sopsAgeSecret, undefined);
  });

  it('switch feature gates, and name the Secret beside Flux', () => {
    const options = fluxOptionsOf(
      { featureGates: 'StrictPostBuildSubstitutions=false,AdditiveCELDependencyCheck=true', sopsAgeSecret: 'keys' },
      'flux-system',
    );
    assert.equal(options.strictSubstitutions, false);
    assert.equal(options.additiveReadyExpressions, true);
    assert.deepEqual(options.sopsAgeSecret, { namespace: 'flux-system', name: 'keys' });
  });

  it('name who signs in to clouds, which takes the gate', () => {
    const options = fluxOptionsOf(
      {
        featureGates: 'ObjectLevelWorkloadIdentity=true',
        defaultKubeconfigServiceAccount: 'clusters',
        defaultDecryptionServiceAccount: 'keys',
        sopsVaultConfigmap: 'vaults',
      },
      'flux-system',
    );
    assert.equal(options.objectLevelIdentity, true);
    assert.equal(options.ambientCredentials, false);
    assert.equal(options.defaultKubeconfigServiceAccount, 'clusters');
    assert.equal(options.defaultDecryptionServiceAccount, 'keys');
    assert.deepEqual(options.sopsVaultConfigMap, { namespace: 'flux-system', name: 'vaults' });
    for (const flags of [{ defaultKubeconfigServiceAccount: 'a' }, { defaultDecryptionServiceAccount: 'a' }])
      assert.throws(
        () => fluxOptionsOf(flags, 'flux-system'),
        (error) => isCapstanError(error, 'USAGE'),
      );
  });

  it('refuse a gate that decides nothing here', () => {
    for (const featureGates of [
      'ExternalArtifact=true',
      'StrictPostBuildSubstitutions',
      'StrictPostBuildSubstitutions=yes',
    ])
      assert.throws(
        () => fluxOptionsOf({ featureGates }, 'flux-system'),
        (error) => isCapstanError(error, 'USAGE'),
      );
  });
});
