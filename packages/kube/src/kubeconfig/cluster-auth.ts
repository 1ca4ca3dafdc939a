import { readFile } from 'node:fs/promises';
import { CapstanError } from '@capstan/errors';
import type { ClientCertificate, ClusterAuth, Impersonation } from './cluster-config.ts';
import type { ExecResult } from './exec-credential.ts';

/** A token file is read again after so long: a projected service account token is replaced before it ends. */
const TOKEN_FILE_MS = 60_000;
/** What an exec plugin gave is replaced so long before it ends. */
const EXPIRY_MARGIN_MS = 10_000;

/** Credentials that do not change. */
export function staticAuth(parts: {
  readonly authorization?: string | undefined;
  readonly certificate?: ClientCertificate | undefined;
  readonly impersonate?: Impersonation | undefined;
}): ClusterAuth {
  return {
    authorization: () => Promise.resolve(parts.authorization),
    clientCertificate: () => Promise.resolve(parts.certificate),
    refresh: () => false,
    ...(parts.impersonate === undefined ? {} : { impersonate: parts.impersonate }),
  };
}

/** A bearer token from a file, read again every minute and after it was refused. */
export function tokenFileAuth(
  path: string,
  rest: { readonly certificate?: ClientCertificate | undefined; readonly impersonate?: Impersonation | undefined },
  now: () => number = () => performance.now(),
): ClusterAuth {
  let token: string | undefined;
  let readAt = -Infinity;
  return {
    ...staticAuth(rest),
    authorization: async () => {
      if (token === undefined || now() - readAt > TOKEN_FILE_MS) {
        token = (await readText(path, 'the token file')).trim();
        readAt = now();
      }
      return `Bearer ${token}`;
    },
    refresh: () => {
      token = undefined;
      return true;
    },
  };
}

/** What an exec plugin gives, kept until it ends or is refused. Calls at one time share one run. */
export function execAuth(
  run: (signal: AbortSignal | undefined) => Promise<ExecResult>,
  rest: { readonly impersonate?: Impersonation | undefined },
  now: () => number = () => Date.now(),
): ClusterAuth {
  let kept: ExecResult | undefined;
  let running: Promise<ExecResult> | undefined;
  const current = async (): Promise<ExecResult> => {
    if (kept !== undefined && (kept.expiresAt === undefined || kept.expiresAt - EXPIRY_MARGIN_MS > now())) return kept;
    const begun = (running ??= run(undefined).finally(() => {
      running = undefined;
    }));
    kept = await begun;
    return kept;
  };
  return {
    authorization: async () => {
      const { token } = await current();
      return token === undefined ? undefined : `Bearer ${token}`;
    },
    clientCertificate: async () => (await current()).certificate,
    refresh: () => {
      kept = undefined;
      return true;
    },
    ...(rest.impersonate === undefined ? {} : { impersonate: rest.impersonate }),
  };
}

/** The Authorization header of a user name and password. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** Reads a file that a configuration names. Throws KUBECONFIG_INVALID. */
export async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CapstanError('KUBECONFIG_INVALID', `cannot read ${what} ${path}`, { data: { path }, cause });
  }
}
