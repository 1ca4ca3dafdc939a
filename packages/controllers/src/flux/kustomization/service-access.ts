import { claimsOf, httpSend, type CloudIdentity, type Send } from '@capstan/cloud';
import { vaultLogin, type ServiceAccess } from '@capstan/decrypt';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { getPath, isJsonObject, type JsonValue } from '@capstan/object';
import { parse } from '@capstan/yaml';
import { serverWords } from '../server-words.ts';
import type { Run } from './run.ts';

/** Where an instance of Vault is, and how one signs in to it; by its address, as encrypted files have it. */
type VaultInstances = ReadonlyMap<string, string>;

const CONFIG_KEY = 'config.yaml';

/**
 * How key services are asked for a Kustomization: as its decryption service account, or as us where that is allowed. Who
 * that is is found out when a file needs it. Secrets' own credentials stand before these.
 */
export function serviceAccess(run: Run): ServiceAccess {
  const { identities, options, spec, turn } = run;
  const { tokens } = identities;
  let known: Promise<CloudIdentity> | undefined;
  const identity = (): Promise<CloudIdentity> =>
    (known ??= identities.find(
      {
        namespace: turn.ref.namespace,
        account: spec.decryption?.serviceAccountName ?? '',
        fallback: options.defaultDecryptionServiceAccount,
      },
      turn.signal,
    ));
  const vaults = options.sopsVaultConfigMap === undefined ? undefined : vaultAccess(run, identity);
  return {
    ports: tokens.ports,
    aws: async (region, signal) => tokens.aws(await identity(), region, signal),
    azure: async (scope, signal) => tokens.azure(await identity(), scope, signal),
    google: async (signal) => tokens.google(await identity(), signal),
    ...(identities.mayBeOurs
      ? { machineIdentity: (clientId, scope, signal) => tokens.azureManagedIdentity(clientId, scope, signal) }
      : {}),
    // An address that content names may be any but our own machine's, unless the operator lists those that there are.
    ...(vaults ?? { vaultSend: httpSend({ ownMachine: 'refused' }) }),
  };
}

/** Access to the Vaults that the operator lists, and to no others. */
function vaultAccess(
  run: Run,
  identity: () => Promise<CloudIdentity>,
): Required<Pick<ServiceAccess, 'vaultSend' | 'vaultToken'>> {
  const { ports } = run.identities.tokens;
  let known: Promise<VaultInstances> | undefined;
  const instances = (): Promise<VaultInstances> => (known ??= readInstances(run));
  const vaultSend: Send = async (request, signal) => {
    const { origin } = new URL(request.url);
    const isListed = [...(await instances()).keys()].some(
      (address) => URL.canParse(address) && new URL(address).origin === origin,
    );
    if (isListed) return ports.send(request, signal);
    throw new CapstanError('CLOUD_REFUSED', `${origin} is none of the Vaults that --sops-vault-configmap lists`);
  };
  const vaultToken = async (address: string, signal: AbortSignal | undefined): Promise<string> => {
    const loginPath = (await instances()).get(address) ?? '';
    if (loginPath === '')
      throw new CapstanError('CLOUD_IDENTITY_INVALID', `no Vault login path configured for address '${address}'`);
    const asked = await identity();
    const ours = ports.env['VAULT_TOKEN'] ?? '';
    if (asked.kind === 'ambient' && ours !== '') return ours;
    const account = asked.kind === 'ambient' ? await run.identities.own() : asked;
    const jwt = await account.tokenFor([address], signal);
    const [, , namespace = '', name = ''] = claimsOf(jwt).subject.split(':');
    return vaultLogin({ address, loginPath, role: `${namespace}_${name}`, jwt }, vaultSend, signal);
  };
  return { vaultSend, vaultToken };
}

/** The Vaults of the operator's ConfigMap. Throws CLOUD_IDENTITY_INVALID. */
async function readInstances({ options, cluster, turn }: Run): Promise<VaultInstances> {
  const at = options.sopsVaultConfigMap ?? { namespace: '', name: '' };
  const where = `Vault ConfigMap '${at.namespace}/${at.name}'`;
  const invalid = (why: string): CapstanError => new CapstanError('CLOUD_IDENTITY_INVALID', why);
  let text: JsonValue | undefined;
  try {
    const ref = { group: '', version: 'v1', kind: 'ConfigMap', ...at };
    text = getPath(await cluster.client.get(ref, { signal: turn.signal }), 'data', CONFIG_KEY);
  } catch (error) {
    if (turn.signal.aborted || !isCapstanError(error)) throw error;
    throw invalid(`failed to get ${where}: ${serverWords(error)}`);
  }
  if (typeof text !== 'string') throw invalid(`${where} is missing the '${CONFIG_KEY}' key`);
  let config: unknown;
  try {
    config = parse(Buffer.from(text), { rules: 'v2' });
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    throw invalid(`failed to parse '${CONFIG_KEY}' in ${where}: ${error.message}`);
  }
  const list = isJsonObject(config) ? config['instances'] : undefined;
  const entries = Array.isArray(list) ? (list as readonly JsonValue[]) : [];
  return new Map(
    entries.flatMap((entry) => {
      const address = getPath(entry, 'address');
      const loginPath = getPath(entry, 'loginPath');
      return typeof address === 'string' ? [[address, typeof loginPath === 'string' ? loginPath : ''] as const] : [];
    }),
  );
}
