import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from './durable-file.ts';

/** The administrator's token of a state folder, made when absent. */
export async function tokenOf(stateDir: string): Promise<string> {
  const path = join(stateDir, 'token');
  if (existsSync(path)) {
    const token = readFileSync(path, 'utf8').trim();
    if (token !== '') return token;
  }
  const token = randomBytes(24).toString('hex');
  await writeDurably(path, `${token}\n`);
  return token;
}

/** A kubeconfig for the sandbox, as YAML that is JSON too. */
export function kubeconfigText(url: string, ca: string | undefined, token: string | undefined): string {
  const cluster = {
    server: url,
    ...(ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'capstan-sandbox', cluster }],
    users: [{ name: 'admin', user: token === undefined ? {} : { token } }],
    contexts: [{ name: 'capstan-sandbox', context: { cluster: 'capstan-sandbox', user: 'admin' } }],
    'current-context': 'capstan-sandbox',
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
