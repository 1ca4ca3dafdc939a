import { randomBytes } from 'node:crypto';
import { loadKubeconfig } from '@capstan/kube';
import { getPath, type JsonObject } from '@capstan/object';
import type { Served, ServedRequest } from '@capstan/testkit';
import { conditionOf, textAt } from '../fields.ts';
import { letThrough, withServices } from '../git-gate.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { lonely, type Scenario } from '../scenario.ts';
import { encryptedSecret } from '../sops-file.ts';
import type { World } from '../world.ts';

const BY = { fieldManager: 'kubectl', force: true };
const GATE = ['--feature-gates', 'ObjectLevelWorkloadIdentity=true'];
const CANARY = 'canary-5d1e';
const ARN = 'arn:aws:kms:eu-central-1:123456789012:key/abc';

async function make(world: World, kind: string, name: string, fields: JsonObject): Promise<void> {
  const metadata = { name, namespace: fluxNamespace(world.namespace) };
  await world.view.client.apply({ apiVersion: 'v1', kind, metadata, ...fields }, BY);
}

/** Gives a service account beside the Kustomization a role: in the scenario's namespace, or to see the whole cluster. */
async function allow(world: World, account: string, role: 'cluster-admin' | 'view'): Promise<void> {
  const group = 'rbac.authorization.k8s.io';
  const isWide = role === 'view';
  const metadata = isWide ? { name: `${world.namespace}-${account}` } : { name: account, namespace: world.namespace };
  await world.view.client.apply(
    {
      apiVersion: `${group}/v1`,
      kind: isWide ? 'ClusterRoleBinding' : 'RoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: fluxNamespace(world.namespace) }],
    },
    BY,
  );
}

/** The scenario's own cluster, as a ConfigMap describes one that takes tokens of its service accounts. */
async function describeCluster(world: World, account: string): Promise<void> {
  const { server, tls } = await loadKubeconfig({ path: world.target.kubeconfigPath });
  const data = {
    provider: 'generic',
    address: server,
    audiences: 'https://kubernetes.default.svc\n',
    serviceAccountName: account,
    ...(tls.ca === undefined ? {} : { 'ca.crt': tls.ca }),
  };
  await make(world, 'ConfigMap', 'cluster', { data });
}

/** Nothing of a secret stands in what anybody may read. */
async function tellsNothing(world: World): Promise<void> {
  const namespace = fluxNamespace(world.namespace);
  const kinds = [
    { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization' },
    { group: '', version: 'v1', kind: 'Event' },
  ];
  for (const kind of kinds) {
    const { items } = await world.view.client.listAll(kind, { namespace });
    if (JSON.stringify(items).includes(CANARY)) throw new Error(`a ${kind.kind} tells the secret`);
  }
}

/** A Vault that lets the service account `reader` of a scenario in, and opens a data key for it. */
function vaultOf(world: World, dataKey: Buffer): (request: ServedRequest) => Served {
  return ({ url, headers, body }) => {
    if (url.pathname === '/v1/auth/kubernetes/login') {
      const isRole = body.includes(`"role":"${fluxNamespace(world.namespace)}_reader"`);
      return isRole ? { body: { auth: { client_token: 'vault-token' } } } : { status: 400, body: {} };
    }
    if (headers['x-vault-token'] !== 'vault-token') return { status: 403, body: {} };
    return { body: { data: { plaintext: dataKey.toString('base64') } } };
  };
}

/** Lists a Vault as one that may be asked. */
async function listVault(world: World, address: string): Promise<void> {
  const instances = [{ address, loginPath: 'auth/kubernetes/login' }];
  const metadata = { name: world.namespace, namespace: 'flux-system' };
  const data = { 'config.yaml': JSON.stringify({ instances }) };
  await world.view.client.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, BY);
}

/** A Secret that a Vault keeps the data key of. */
function vaultFile(origin: string, dataKey: Buffer): string {
  const key = `      vault_address: ${origin}\n      engine_path: sops\n      key_name: key\n      enc: vault:v1:a\n`;
  const keys = `  hc_vault:\n    - created_at: "2026-01-02T03:04:05Z"\n${key}`;
  return encryptedSecret({ name: 'whole', stringData: { password: CANARY }, dataKey, keys });
}

/** What Kustomizations and sources may do as service accounts of Kubernetes, at clusters and at clouds. */
export const fluxIdentityScenarios: readonly Scenario[] = [
  lonely('flux: a ConfigMap leads to a cluster, as the service account that it names', 'flux', async (world) => {
    await world.startControllers(GATE);
    const files = {
      'app/one.yaml': configMap('one', { a: '1' }),
      'other/two.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${world.namespace}-two}\n`,
    };
    const commit = await world.repository.commit(files, 'first');
    const spec = { kubeConfig: { configMapRef: { name: 'cluster' } } };
    const app = await world.app('flux', { path: 'app', spec });
    await app.complains(/failed to get configmap .*cluster/);
    await make(world, 'ServiceAccount', 'deployer', {});
    await allow(world, 'deployer', 'view');
    await describeCluster(world, 'deployer');
    await app.complains(/forbidden/);
    await allow(world, 'deployer', 'cluster-admin');
    await app.applied(commit);
    if (textAt(await world.view.live(world.ref('ConfigMap', 'one')), 'data', 'a') !== '1')
      throw new Error('it is not there');
    await app.change({ path: 'other', targetNamespace: null });
    await app.complains(/forbidden/);
    if ((await world.view.live(world.ref('Namespace', `${world.namespace}-two`))) !== undefined)
      throw new Error('it went beyond the rights of the account');
  }),
  lonely('flux: without the gate no service account signs in, nor do the controllers for it', 'flux', async (world) => {
    await world.startControllers();
    await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const app = await world.app('flux', { path: 'app', spec: { kubeConfig: { configMapRef: { name: 'cluster' } } } });
    await make(world, 'ServiceAccount', 'deployer', {});
    await describeCluster(world, 'deployer');
    await app.complains(/ObjectLevelWorkloadIdentity feature gate is not enabled/);
    await describeCluster(world, '');
    await app.complains(/no service account is named, and the identity of the controllers is not used/);
    await app.change({ decryption: { provider: 'sops', serviceAccountName: 'deployer' } });
    await app.complains(/FeatureGateDisabled to use spec\.decryption\.serviceAccountName/);
    if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined) throw new Error('it was applied');
  }),
  lonely(
    'flux: a file that AWS KMS keeps the key of is decrypted with the keys of the Secret alone',
    'flux',
    (world) => {
      const dataKey = randomBytes(32);
      const answer = ({ headers, body }: ServedRequest): Served => {
        const isKnown = /Credential=AKID\/\d{8}\/eu-central-1\/kms\//.test(headers['authorization'] ?? '');
        if (!isKnown) return { status: 400, body: { __type: 'UnrecognizedClientException', message: CANARY } };
        const isOurs = textAt(JSON.parse(body) as JsonObject, 'CiphertextBlob') === 'AQID';
        return isOurs ? { body: { Plaintext: dataKey.toString('base64'), KeyId: ARN } } : { status: 400, body: {} };
      };
      return withServices(answer, async ({ origin, requests }) => {
        await world.startControllers([], { AWS_ENDPOINT_URL_KMS: origin });
        const keys = `  kms:\n    - arn: ${ARN}\n      enc: AQID\n      created_at: "2026-01-02T03:04:05Z"\n      aws_profile: ""\n`;
        const secret = encryptedSecret({ name: 'whole', stringData: { password: CANARY }, dataKey, keys });
        const commit = await world.repository.commit({ 'app/secret.yaml': secret }, 'first');
        const app = await world.app('flux', { path: 'app', spec: { decryption: { provider: 'sops' } } });
        await app.complains(/BuildFailed .*the identity of the controllers is not used/);
        if (requests.length > 0) throw new Error('somebody was asked without credentials');
        const text = (id: string): JsonObject => ({
          stringData: { 'sops.aws-kms': `aws_access_key_id: ${id}\naws_secret_access_key: ${CANARY}\n` },
        });
        await make(world, 'Secret', 'keys', text('STRANGER'));
        await app.change({ decryption: { provider: 'sops', secretRef: { name: 'keys' } } });
        await app.complains(/BuildFailed .*AWS KMS arn:aws:kms.*HTTP 400 \(UnrecognizedClientException\)/);
        if ((await world.view.live(world.ref('Secret', 'whole'))) !== undefined) throw new Error('it was applied');
        await make(world, 'Secret', 'keys', text('AKID'));
        await app.applied(commit);
        const live = await world.view.live(world.ref('Secret', 'whole'));
        if (Buffer.from(textAt(live, 'data', 'password'), 'base64').toString() !== CANARY)
          throw new Error('it was not decrypted');
        await tellsNothing(world);
      });
    },
  ),
  lonely(
    'flux: Vault opens a file for a service account that signs in, and only a Vault that is listed',
    'flux',
    (world) => {
      const dataKey = randomBytes(32);
      const answer = vaultOf(world, dataKey);
      return withServices(answer, (listed) =>
        withServices(answer, async (stranger) => {
          await listVault(world, listed.origin);
          await world.startControllers([...GATE, '--sops-vault-configmap', world.namespace]);
          await world.repository.commit({ 'app/secret.yaml': vaultFile(stranger.origin, dataKey) }, 'first');
          const app = await world.app('flux', { path: 'app', spec: { decryption: { provider: 'sops' } } });
          await app.complains(/no Vault login path configured for address/);
          await make(world, 'Secret', 'keys', { stringData: { 'sops.vault-token': 'vault-token' } });
          await app.change({ decryption: { provider: 'sops', secretRef: { name: 'keys' } } });
          await app.complains(/is none of the Vaults that --sops-vault-configmap lists/);
          if (stranger.requests.length > 0) throw new Error('a Vault was asked that is not listed');
          const commit = await world.repository.commit(
            { 'app/secret.yaml': vaultFile(listed.origin, dataKey) },
            'second',
          );
          await make(world, 'ServiceAccount', 'reader', {});
          await app.change({ decryption: { provider: 'sops', secretRef: null, serviceAccountName: 'reader' } });
          await app.refresh();
          await app.applied(commit);
          await tellsNothing(world);
        }),
      );
    },
  ),
  lonely(
    'flux: where a Kustomization names nobody the operator’s account asks key services, and none where it names one',
    'flux',
    (world) => {
      const dataKey = randomBytes(32);
      return withServices(vaultOf(world, dataKey), async ({ origin, requests }) => {
        await listVault(world, origin);
        const names = ['--sops-vault-configmap', world.namespace, '--default-decryption-service-account', 'reader'];
        await world.startControllers([...GATE, ...names]);
        const commit = await world.repository.commit({ 'app/secret.yaml': vaultFile(origin, dataKey) }, 'first');
        const named = { provider: 'sops', serviceAccountName: 'other' };
        const app = await world.app('flux', { path: 'app', spec: { decryption: named } });
        for (const name of ['reader', 'other']) await make(world, 'ServiceAccount', name, {});
        await app.reconciled();
        await app.complains(/BuildFailed .*400/);
        if (requests.some(({ body }) => body.includes('_reader"'))) throw new Error('it asked as another one');
        await app.change({ decryption: { provider: 'sops', serviceAccountName: null } });
        await app.applied(commit);
        await tellsNothing(world);
      });
    },
  ),
  lonely(
    'flux: a repository of Azure is opened with the token that its service account gets',
    'flux',
    async (world) => {
      const tenant = '00000000-1111-2222-3333-444444444444';
      const answer = (request: ServedRequest): Served | Promise<Served> => {
        const { url, headers, body } = request;
        if (url.pathname === `/${tenant}/oauth2/v2.0/token`) {
          const assertion = new URLSearchParams(body).get('client_assertion') ?? '';
          const claims = Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString();
          if (!claims.includes('api://AzureADTokenExchange')) return { status: 400, body: { error: 'invalid_client' } };
          return { body: { access_token: 'devops-token', expires_in: 3600 } };
        }
        if (headers['authorization'] !== 'Bearer devops-token') return { status: 401, body: '' };
        return letThrough(world, request);
      };
      await withServices(answer, async ({ origin }) => {
        await world.startControllers(GATE, { AZURE_AUTHORITY_HOST: origin });
        const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
        const url = `${origin}${new URL(world.url).pathname}`;
        const app = await world.app('flux', { path: 'app', url });
        await app.complains(/authentication required/);
        const annotations = {
          'azure.workload.identity/tenant-id': tenant,
          'azure.workload.identity/client-id': 'client',
        };
        const change = (spec: JsonObject): Promise<unknown> =>
          world.view.client.patch(app.source, { kind: 'merge', patch: { spec } }, { fieldManager: 'kubectl-patch' });
        await change({ provider: 'azure', serviceAccountName: 'reader' });
        await app.complains(/AuthenticationFailed .*failed to get service account '.*\/reader'/);
        const metadata = { name: 'reader', namespace: fluxNamespace(world.namespace) };
        await world.view.client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }, BY);
        await app.refresh();
        await app.complains(/AuthenticationFailed .*annotation azure\.workload\.identity\/tenant-id .* is missing/);
        const annotated = { ...metadata, annotations };
        await world.view.client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: annotated }, BY);
        await app.refresh();
        await app.applied(commit);
        const source = await world.view.live(app.source);
        if (JSON.stringify(source ?? null).includes('devops-token')) throw new Error('the token stands in the source');
        if (getPath(conditionOf(source, 'Ready'), 'status') !== 'True') throw new Error('the source is not ready');
        await change({ provider: 'aws', serviceAccountName: null });
        await app.complains(/AuthenticationFailed .*the identity of the controllers is not used/);
      });
    },
  ),
];
