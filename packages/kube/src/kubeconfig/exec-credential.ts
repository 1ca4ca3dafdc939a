import { execFile } from 'node:child_process';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { CapstanError } from '@capstan/errors';
import type { ClientCertificate } from './cluster-config.ts';
import type { ExecPlugin } from './kubeconfig.ts';

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 1 << 20;
const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

const ExecCredential = z.looseObject({
  apiVersion: z.string(),
  kind: z.literal('ExecCredential'),
  status: z.looseObject({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});

/** What an exec plugin gave. */
export interface ExecResult {
  readonly token: string | undefined;
  readonly certificate: ClientCertificate | undefined;
  /** Wall time in milliseconds after which it must be asked again; undefined: when the server refuses it. */
  readonly expiresAt: number | undefined;
}

/** What a plugin is told of the cluster, where it asks for it. */
export interface ExecClusterInfo {
  readonly server: string;
  readonly 'tls-server-name'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  /** Base64. */
  readonly 'certificate-authority-data'?: string;
  readonly 'proxy-url'?: string;
}

/**
 * Runs an exec plugin and reads its ExecCredential. Throws KUBECONFIG_INVALID with the command and its exit, never
 * with what it printed.
 */
export async function runExecPlugin(
  plugin: ExecPlugin,
  cluster: ExecClusterInfo,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<ExecResult> {
  const apiVersion = plugin.apiVersion ?? '';
  if (!VERSIONS.includes(apiVersion)) {
    throw failure(plugin, `its apiVersion must be one of ${VERSIONS.join(', ')}`);
  }
  const spec = { interactive: false, ...(plugin.provideClusterInfo === true ? { cluster } : {}) };
  const output = await execute(plugin, directory, JSON.stringify({ apiVersion, kind: 'ExecCredential', spec }), signal);
  const parsed = ExecCredential.safeParse(parseJsonText(output));
  if (!parsed.success) throw failure(plugin, 'it printed no ExecCredential');
  if (parsed.data.apiVersion !== apiVersion) throw failure(plugin, `it answered in another version than ${apiVersion}`);
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = parsed.data.status;
  if (token === undefined && (cert === undefined || key === undefined)) {
    throw failure(plugin, 'it gave neither a token nor a certificate with its key');
  }
  const expiresAt = expirationTimestamp === undefined ? NaN : Date.parse(expirationTimestamp);
  return {
    token,
    certificate: cert === undefined || key === undefined ? undefined : { cert, key },
    expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt,
  };
}

function execute(
  plugin: ExecPlugin,
  directory: string,
  info: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  // As client-go: a command with a slash is relative to the kubeconfig, a bare name is looked up in PATH.
  const relative = plugin.command.includes('/') && !isAbsolute(plugin.command);
  const command = relative ? resolve(directory, plugin.command) : plugin.command;
  const env: NodeJS.ProcessEnv = { ...process.env, KUBERNETES_EXEC_INFO: info };
  for (const { name, value } of plugin.env ?? []) env[name] = value;
  return new Promise((done, fail) => {
    execFile(
      command,
      [...(plugin.args ?? [])],
      {
        env,
        timeout: TIMEOUT_MS,
        maxBuffer: MAX_OUTPUT_BYTES,
        windowsHide: true,
        ...(signal === undefined ? {} : { signal }),
      },
      (error, stdout) => {
        if (error === null) return done(stdout);
        const code =
          error.code === 'ENOENT' ? 'no such program' : `it ended with ${String(error.code ?? error.signal)}`;
        const hint = error.code === 'ENOENT' && plugin.installHint !== undefined ? `; ${plugin.installHint}` : '';
        fail(failure(plugin, `${code}${hint}`));
      },
    ).stdin?.end();
  });
}

function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says that it is no ExecCredential, without quoting it.
    return undefined;
  }
}

function failure(plugin: ExecPlugin, what: string): CapstanError {
  return new CapstanError('KUBECONFIG_INVALID', `exec plugin ${plugin.command}: ${what}`, {
    data: { command: plugin.command },
  });
}
