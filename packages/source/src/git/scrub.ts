import type { GitCredentials } from '../credentials/git-credentials.ts';

/** Shortest secret that is looked for: shorter ones would blank out ordinary text. */
const MIN_SECRET = 4;

/** Every string in credentials that must not be shown, in the forms in which git or a URL would show it. */
export function secretsOf(credentials: GitCredentials | undefined): readonly string[] {
  if (credentials === undefined) return [];
  const { basic, bearerToken, githubApp, ssh, tls, proxy } = credentials;
  const pair = basic === undefined ? undefined : Buffer.from(`${basic.username}:${basic.password}`).toString('base64');
  const proxyPassword = proxy !== undefined && URL.canParse(proxy) ? new URL(proxy).password : undefined;
  const plain = [
    basic?.password,
    pair,
    bearerToken,
    ssh?.privateKey,
    ssh?.password,
    tls?.key,
    githubApp?.privateKey,
    proxyPassword,
  ];
  const all = plain.flatMap((secret) =>
    secret === undefined
      ? []
      : [secret, encodeURIComponent(secret), ...secret.split('\n').filter((l) => l.length > 20)],
  );
  return [...new Set(all)].filter((secret) => secret.length >= MIN_SECRET).sort((a, b) => b.length - a.length);
}

/** `text` without the given secrets, without user information in URLs and without control characters. */
export function scrub(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '***');
  return clean
    .replace(/\b([a-z][a-z+.-]*:\/\/)[^\s/@'"]*@/gi, '$1')
    .replace(/\b(authorization:\s*)(\w+\s+)?\S+/gi, '$1***')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '');
}
