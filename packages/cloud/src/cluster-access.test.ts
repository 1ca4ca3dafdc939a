import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CloudPorts } from './cloud-ports.ts';
import { CloudTokens } from './cloud-tokens.ts';
import { clusterPlace, clusterProvider, clusterToken } from './cluster-access.ts';
import type { ServiceAccountIdentity } from './identity.ts';

const ports: CloudPorts = {
  env: {},
  readFile: () => Promise.reject(new Error('no file')),
  send: () => Promise.reject(new Error('no request')),
  now: () => 0,
};
const jwt = `x.${Buffer.from(JSON.stringify({ exp: 60, sub: 'system:serviceaccount:apps:deployer' })).toString('base64url')}.x`;
const described = { provider: 'generic', cluster: '', address: 'EAST.example', ca: 'PEM', audiences: [] } as const;

function accountSeeing(seen: (readonly string[])[]): ServiceAccountIdentity {
  const tokenFor: ServiceAccountIdentity['tokenFor'] = (audiences) => {
    seen.push(audiences);
    return Promise.resolve(jwt);
  };
  return { kind: 'service-account', namespace: 'apps', name: 'deployer', annotations: {}, tokenFor };
}

describe('a cluster that takes tokens of service accounts of this one', () => {
  it('is opened with a token for its address, or for the audiences that are named', async () => {
    const seen: (readonly string[])[] = [];
    const tokens = new CloudTokens(ports);
    const identity = accountSeeing(seen);
    assert.deepEqual(await clusterPlace(tokens, described, identity), {
      server: 'https://east.example:443',
      ca: 'PEM',
    });
    assert.deepEqual(await clusterToken(tokens, described, identity), { token: jwt, expiresAt: 60_000 });
    await clusterToken(tokens, { ...described, audiences: ['a', 'b'] }, identity);
    assert.deepEqual(seen, [['EAST.example'], ['a', 'b']]);
  });

  it('has an address over TLS', async () => {
    const tokens = new CloudTokens(ports);
    for (const [address, words] of [
      ['', /address is required/],
      ['http://east', /must use https scheme/],
      ['https://user:password@east', /failed to parse/],
    ] as const)
      await assert.rejects(clusterPlace(tokens, { ...described, address }, accountSeeing([])), words);
  });

  it('is of a provider that there is', () => {
    assert.equal(clusterProvider('gcp'), 'gcp');
    assert.throws(() => clusterProvider('constructor'), /provider 'constructor' not implemented/);
  });
});
