import { isJsonObject, refOf, type KubernetesObject } from '@capstan/object';
import type { GitCredentials } from './git-credentials.ts';
import { SecretData } from './secret-data.ts';

/** What Argo CD's Secrets say about a repository. */
export interface ArgoRepository {
  /** Name of the Secret that declares the repository; undefined when none does (a template may still apply). */
  readonly secret?: string;
  /** Project that the repository is scoped to; '' for all. */
  readonly project: string;
  readonly credentials?: GitCredentials;
}

/** Where repositories and their credentials are looked up. */
export interface ArgoCredentialSources {
  /** Secrets of the control namespace; those without the label of a kind are passed over. */
  readonly secrets: readonly KubernetesObject[];
  /** `ssh_known_hosts` of the ConfigMap argocd-ssh-known-hosts-cm. */
  readonly knownHosts?: string;
  /** Data of the ConfigMap argocd-tls-certs-cm: PEM by host name. */
  readonly certificates?: Readonly<Record<string, string>>;
}

const LABEL = 'argocd.argoproj.io/secret-type';

const UNSUPPORTED = {
  gcpServiceAccountKey: 'a Google service account',
  useAzureWorkloadIdentity: 'Azure workload identity',
  azureServicePrincipalClientSecret: 'an Azure service principal',
  enableLfs: 'Git LFS',
};

/**
 * The repository that Argo CD would use for a URL and project: the Secret labelled `repository` with the same URL and
 * this project, else with no project; when it has no credentials, those of the `repo-creds` Secret whose URL is the
 * longest prefix. Kinds of credentials that are not supported throw GIT_CREDENTIALS_INVALID by name.
 */
export function argoRepository(sources: ArgoCredentialSources, url: string, project: string): ArgoRepository {
  const own = findRepository(sources.secrets, url, project);
  const template = findTemplate(sources.secrets, url);
  const declared = own === undefined ? undefined : readCredentials(own.data, url, sources);
  const inherited = template === undefined || hasAccess(declared) ? undefined : readCredentials(template, url, sources);
  const proxy = declared?.proxy ?? inherited?.proxy;
  const credentials: GitCredentials = {
    ...inherited,
    ...declared,
    ...(proxy === undefined ? {} : { proxy }),
    ...mergedTls(inherited, declared),
  };
  return {
    project: own?.data.get('project') ?? '',
    ...(own === undefined ? {} : { secret: own.name }),
    ...(Object.keys(credentials).length === 0 ? {} : { credentials }),
  };
}

/** The URLs of the repositories that belong to a project: their Secrets name it. */
export function argoProjectRepositories(secrets: readonly KubernetesObject[], project: string): readonly string[] {
  return secrets.flatMap((secret) => {
    if (typeOf(secret) !== 'repository') return [];
    const data = new SecretData(secret);
    const url = data.get('url');
    return url !== undefined && project !== '' && data.get('project') === project ? [url] : [];
  });
}

function mergedTls(a: GitCredentials | undefined, b: GitCredentials | undefined): Pick<GitCredentials, 'tls'> {
  return a?.tls === undefined && b?.tls === undefined ? {} : { tls: { ...a?.tls, ...b?.tls } };
}

function hasAccess(credentials: GitCredentials | undefined): boolean {
  const { basic, bearerToken, githubApp, ssh, tls } = credentials ?? {};
  return [basic, bearerToken, githubApp, ssh, tls?.certificate].some((part) => part !== undefined);
}

function findRepository(
  secrets: readonly KubernetesObject[],
  url: string,
  project: string,
): { readonly name: string; readonly data: SecretData } | undefined {
  const wanted = normalizeArgoUrl(url);
  const same = secrets.flatMap((secret) => {
    if (typeOf(secret) !== 'repository') return [];
    const data = new SecretData(secret);
    const at = normalizeArgoUrl(data.get('url') ?? '');
    return wanted !== '' && at === wanted ? [{ name: refOf(secret).name, data }] : [];
  });
  const ofProject = (name: string) => same.find(({ data }) => (data.get('project') ?? '') === name);
  return ofProject(project) ?? ofProject('');
}

function findTemplate(secrets: readonly KubernetesObject[], url: string): SecretData | undefined {
  const wanted = normalizeArgoUrl(url);
  let longest = 0;
  let found: SecretData | undefined;
  for (const secret of secrets) {
    if (typeOf(secret) !== 'repo-creds') continue;
    const data = new SecretData(secret);
    const prefix = normalizeArgoUrl(data.get('url') ?? '');
    if (prefix.length <= longest || !wanted.startsWith(prefix)) continue;
    longest = prefix.length;
    found = data;
  }
  return found;
}

function typeOf(secret: KubernetesObject): unknown {
  const labels = secret.metadata['labels'];
  return isJsonObject(labels) && Object.hasOwn(labels, LABEL) ? labels[LABEL] : undefined;
}

function readCredentials(data: SecretData, url: string, sources: ArgoCredentialSources): GitCredentials {
  data.refuse(UNSUPPORTED);
  const tls = readTls(data, url, sources);
  const proxy = data.get('proxy');
  const noProxy = data.get('noProxy');
  if (proxy !== undefined && isSshUrl(url))
    throw data.invalid('its field proxy asks for a proxy for SSH, which Capstan does not do yet');
  return {
    ...readAccess(data, url, sources),
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(noProxy === undefined ? {} : { noProxy }),
  };
}

/** The user name that Git hosts take with a token and no name of its own. */
const TOKEN_USER = 'x-access-token';

function readAccess(data: SecretData, url: string, sources: ArgoCredentialSources): GitCredentials {
  const privateKey = data.get('sshPrivateKey');
  if (isSshUrl(url)) {
    if (privateKey === undefined) return {};
    const { knownHosts } = sources;
    return { ssh: { privateKey, ...(knownHosts === undefined ? {} : { knownHosts }) } };
  }
  const bearerToken = data.get('bearerToken');
  const username = data.get('username');
  const password = data.get('password');
  const preemptive = data.flag('forceHttpBasicAuth') && username !== undefined && password !== undefined;
  if (bearerToken !== undefined && !preemptive) return { bearerToken };
  if (password === undefined) {
    const githubApp = readGitHubApp(data);
    if (githubApp !== undefined) return { githubApp };
  }
  if (username === undefined && password === undefined) return {};
  const basic = { username: username ?? TOKEN_USER, password: password ?? '' };
  return { basic: preemptive ? { ...basic, preemptive } : basic };
}

function readGitHubApp(data: SecretData): GitCredentials['githubApp'] {
  const privateKey = data.get('githubAppPrivateKey');
  const appId = data.get('githubAppID');
  if (privateKey === undefined || appId === undefined || appId === '0') return undefined;
  const installationId = data.get('githubAppInstallationID');
  const baseUrl = data.get('githubAppEnterpriseBaseUrl');
  for (const [key, id] of Object.entries({ githubAppID: appId, githubAppInstallationID: installationId }))
    if (id !== undefined && !/^\d{1,19}$/.test(id)) throw data.invalid(`its field ${key} is no number`);
  if (baseUrl !== undefined && !/^https?:$/.test(URL.canParse(baseUrl) ? new URL(baseUrl).protocol : ''))
    throw data.invalid('its field githubAppEnterpriseBaseUrl is no http or https URL');
  return {
    appId,
    privateKey,
    ...(installationId === undefined || installationId === '0' ? {} : { installationId }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  };
}

function readTls(data: SecretData, url: string, { certificates }: ArgoCredentialSources): GitCredentials['tls'] {
  const certificate = data.get('tlsClientCertData');
  const key = data.get('tlsClientCertKey');
  if ((certificate === undefined) !== (key === undefined)) {
    throw data.invalid("'tlsClientCertData' and 'tlsClientCertKey' need each other");
  }
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  const ca = certificates !== undefined && Object.hasOwn(certificates, host) ? certificates[host] : undefined;
  const insecure = data.flag('insecure') || data.flag('insecureIgnoreHostKey');
  if (certificate === undefined && ca === undefined && !insecure) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined || key === undefined ? {} : { certificate, key }),
    ...(insecure ? { insecure } : {}),
  };
}

function isSshUrl(url: string): boolean {
  return /^(ssh:\/\/)?[^/:]*@[^@]+$/.test(url);
}

/**
 * A URL in the form in which Argo CD compares repositories: lower case, without `.git`, `git@host:path` as
 * `git@host/path`. '' for what is no URL.
 */
export function normalizeArgoUrl(url: string): string {
  let text = url.trim().toLowerCase();
  if (isSshUrl(text) && !text.startsWith('ssh://')) text = `ssh://${text.replace(':', '/')}`;
  text = text.endsWith('.git') ? text.slice(0, -'.git'.length) : text;
  if (/[\u0000-\u001f\u007f]|%(?![0-9a-f]{2})/.test(text)) return '';
  return text.startsWith('ssh://') ? text.slice('ssh://'.length) : text;
}
