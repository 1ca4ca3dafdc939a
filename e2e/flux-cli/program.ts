import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { apiRequest, startFaultProxy } from '@capstan/testkit';
import type { CommandEnd } from '../capstan.ts';

/** Flux's own program: what `FLUX_CLI` names, or `flux` on the PATH; undefined where there is none. */
export const fluxProgram = process.env['FLUX_CLI'] ?? onPath('flux');

const ENDS_WITHIN_MS = 60_000;

/** How the program ended, and what it asked the API server for. */
export interface FluxEnd extends CommandEnd {
  /** `METHOD PATH`, each once, without discovery. */
  readonly asked: ReadonlySet<string>;
}

/** Runs Flux's program on a cluster, and listens to what it asks for. */
export async function runFlux(kubeconfig: string, words: readonly string[]): Promise<FluxEnd> {
  if (fluxProgram === undefined) throw new Error('there is no flux program here');
  const program = fluxProgram;
  const proxy = await startFaultProxy({ kubeconfig });
  const asked = new Set<string>();
  proxy.onRequest(({ method, url }) => {
    if (!isDiscovery(url)) asked.add(`${method} ${inOrder(url)}`);
  });
  const env = { ...process.env, KUBECONFIG: proxy.kubeconfig, NO_COLOR: '1' };
  try {
    const end = await new Promise<CommandEnd>((resolve) => {
      execFile(program, [...words], { env, timeout: ENDS_WITHIN_MS }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      });
    });
    return { ...end, asked };
  } finally {
    await proxy.close();
  }
}

/** An address whose label selectors stand in order: Go goes through labels in any. */
export function inOrder(url: string): string {
  const [path = '', query = ''] = url.split('?');
  if (query === '') return path;
  const parts = query.split('&').map((part) => {
    const [key = '', value = ''] = part.split('=');
    return key === 'labelSelector' ? `${key}=${value.split('%2C').sort().join('%2C')}` : part;
  });
  return `${path}?${parts.sort().join('&')}`;
}

function isDiscovery(url: string): boolean {
  const { resource, verb } = apiRequest('GET', url, '');
  return resource === '' && verb === 'other' && !url.startsWith('/version');
}

function onPath(name: string): string | undefined {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
