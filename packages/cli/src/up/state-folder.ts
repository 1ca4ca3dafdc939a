import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where `up` keeps what; all paths absolute. */
export interface StateFolder {
  readonly root: string;
  readonly kubeconfig: string;
  readonly upFile: string;
  readonly portsFile: string;
  readonly repositories: string;
  readonly sandbox: string;
  readonly cache: string;
  readonly debugToken: string;
  readonly controllersLog: string;
  readonly sandboxLog: string;
}

/** The state folder, made when it is missing; only its owner may read it, since it holds keys. */
export function openStateFolder(path: string): StateFolder {
  const root = resolve(path);
  const folder: StateFolder = {
    root,
    kubeconfig: join(root, 'kubeconfig'),
    upFile: join(root, 'up.json'),
    portsFile: join(root, 'ports.json'),
    repositories: join(root, 'repositories'),
    sandbox: join(root, 'sandbox'),
    cache: join(root, 'cache'),
    debugToken: join(root, 'debug-token'),
    controllersLog: join(root, 'controllers.log'),
    sandboxLog: join(root, 'sandbox.log'),
  };
  mkdirSync(root, { recursive: true, mode: 0o700 });
  mkdirSync(folder.repositories, { recursive: true });
  return folder;
}
