import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '@capstan/object';
import { packedBootstrapPolicy } from './generated/bootstrap-policy.ts';

/** A role or binding that a new cluster has. */
export interface BootstrapObject {
  /** The plural, such as `clusterroles`. */
  readonly resource: string;
  readonly object: JsonObject;
}

/** The roles and bindings of a new cluster; read from a real one by scripts/sandbox/bootstrap-policy.ts. */
export function bootstrapPolicy(): readonly BootstrapObject[] {
  return JSON.parse(gunzipSync(Buffer.from(packedBootstrapPolicy, 'base64')).toString('utf8')) as BootstrapObject[];
}
