import { writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { getPath, type JsonValue } from '@capstan/object';
import { stringify } from '@capstan/yaml';
import { proxiedKubeconfig, type Upstream } from './proxy-kubeconfig.ts';

/** A rule of a role. */
export interface TestRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** Who a user is, and what they may do: nothing but what is named here (and what every account may). */
export interface TestUserOptions {
  /** Where their account lives; it has to be there. */
  readonly namespace: string;
  readonly name: string;
  /** Rules of a role of their own, named as they are; in their namespace, or in the whole cluster. */
  readonly rules?: readonly TestRule[];
  /** A ClusterRole that is there already, such as `view`, given in the same place. */
  readonly clusterRole?: string;
  /** Gives it in the whole cluster instead of in the namespace. */
  readonly everywhere?: boolean;
  /** Where their kubeconfig is written. */
  readonly kubeconfigPath: string;
}

/** A user who may do only what they were given. */
export interface TestUser {
  /** `system:serviceaccount:NAMESPACE:NAME`, as refusals and impersonation name them. */
  readonly userName: string;
  readonly token: string;
  readonly kubeconfigPath: string;
}

const RBAC = 'rbac.authorization.k8s.io';

/**
 * Makes a restricted user, the same way on the sandbox and on a real API server: a ServiceAccount, its roles and
 * bindings, and a token for an hour in a kubeconfig of their own.
 * @throws Error where the API refuses, as for a name that is taken
 */
export async function createTestUser(adminKubeconfigPath: string, options: TestUserOptions): Promise<TestUser> {
  const { upstream } = await proxiedKubeconfig(adminKubeconfigPath);
  const { namespace, name, rules, clusterRole, everywhere = false, kubeconfigPath } = options;
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await post(upstream, accounts, { metadata: { name } });
  const policies = `/apis/${RBAC}/v1${everywhere ? '' : `/namespaces/${namespace}`}`;
  const prefix = everywhere ? 'cluster' : '';
  const bind = async (binding: string, kind: string, role: string): Promise<void> => {
    const subjects = [{ kind: 'ServiceAccount', name, namespace }];
    const body = { metadata: { name: binding }, roleRef: { apiGroup: RBAC, kind, name: role }, subjects };
    await post(upstream, `${policies}/${prefix}rolebindings`, body);
  };
  if (rules !== undefined) {
    await post(upstream, `${policies}/${prefix}roles`, {
      metadata: { name },
      rules: rules.map((rule) => ({ ...rule })),
    });
    await bind(name, everywhere ? 'ClusterRole' : 'Role', name);
  }
  if (clusterRole !== undefined) await bind(`${name}-${clusterRole}`, 'ClusterRole', clusterRole);
  const answer = await post(upstream, `${accounts}/${name}/token`, { spec: { audiences: [] } });
  const token = getPath(answer, 'status', 'token');
  if (typeof token !== 'string') throw new Error(`no token was issued for ${namespace}/${name}`);
  await inForce({ ...upstream, token }, options);
  await writeFile(kubeconfigPath, kubeconfigOf(upstream, name, token), { mode: 0o600 });
  return { userName: `system:serviceaccount:${namespace}:${name}`, token, kubeconfigPath };
}

/** Rules that every account has. */
const OWN_RULES = 2;

const POLL_MS = 20;
const MAX_POLLS = 250;

/** A real API server learns of roles and bindings a moment after they were written: waits until it knows them. */
async function inForce(account: Upstream, { namespace, rules = [], clusterRole }: TestUserOptions): Promise<void> {
  const ofResources = rules.filter((rule) => rule.resources !== undefined).length;
  const wanted = OWN_RULES + ofResources + (clusterRole === undefined ? 0 : 1);
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
    const review = await post(account, path, { spec: { namespace } });
    const found = getPath(review, 'status', 'resourceRules');
    if (Array.isArray(found) && found.length >= wanted) return;
    await setTimeout(POLL_MS);
  }
  throw new Error(`the roles of a test user in ${namespace} did not come into force`);
}

function kubeconfigOf(upstream: Upstream, name: string, token: string): string {
  const { ca } = upstream;
  const cluster = {
    server: upstream.server.href.replace(/\/$/, ''),
    ...(ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca, 'utf8').toString('base64') }),
  };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster }],
    users: [{ name, user: { token } }],
  });
}

function post(upstream: Upstream, path: string, body: JsonValue): Promise<JsonValue> {
  const { server, ca, cert, key, token } = upstream;
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const options = {
    method: 'POST',
    headers,
    agent: false,
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
  };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, server), options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const value = JSON.parse(text) as JsonValue;
        if (response.statusCode === 201) resolve(value);
        else reject(new Error(`POST ${path}: ${JSON.stringify(getPath(value, 'message') ?? value)}`));
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}
