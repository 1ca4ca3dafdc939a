import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { anyKindHealth as anyCrossplaneHealth } from './any-crossplane-io/any-kind.ts';
import { customCheckKeys, customCheckOf } from './custom-check.ts';
import { anyKindHealth as victoriaMetricsHealth } from './operator-victoriametrics-com/any-kind.ts';
import { providerHealth } from './pkg-crossplane-io/provider.ts';

const upstream = readFileSync(new URL('testdata/upstream-kinds.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

describe('the checks of custom kinds', () => {
  it("are those of upstream's resource_customizations, each once", () => {
    assert.deepEqual([...customCheckKeys].sort(), upstream);
  });

  it('are found by group and kind', () => {
    for (const key of upstream.filter((one) => !one.includes('*'))) {
      const slash = key.indexOf('/');
      assert.notEqual(customCheckOf(key.slice(0, slash), key.slice(slash + 1)), undefined, key);
    }
    assert.equal(customCheckOf('cert-manager.io', 'Challenge'), undefined);
    assert.equal(customCheckOf('argoproj.io', 'Application'), undefined);
    assert.equal(customCheckOf('apps', 'constructor'), undefined);
  });

  it("are a kind's own before those of a wildcard", () => {
    assert.equal(customCheckOf('pkg.crossplane.io', 'Provider'), providerHealth);
    assert.equal(customCheckOf('pkg.crossplane.io', 'Function'), anyCrossplaneHealth);
  });

  it('are of a wildcard for every group that ends like it, and for no other', () => {
    assert.equal(customCheckOf('sql.gcp.crossplane.io', 'Instance'), anyCrossplaneHealth);
    assert.equal(customCheckOf('crossplane.io', 'Instance'), undefined);
    assert.equal(customCheckOf('pkg.crossplane.io.example.org', 'Function'), undefined);
  });

  it('are of a whole group where upstream has one for all its kinds', () => {
    assert.equal(customCheckOf('operator.victoriametrics.com', 'VMAgent'), victoriaMetricsHealth);
    assert.equal(customCheckOf('x.operator.victoriametrics.com', 'VMAgent'), undefined);
  });

  it('do not exist for the core group', () => {
    assert.equal(customCheckOf('', 'Service'), undefined);
  });
});
