import type { Made, MadeMapping } from '../yaml-text.ts';
import type { Random } from '../random.ts';

/** What later fields need to know of an object to speak of it. */
export interface Known {
  readonly apiVersion: string;
  readonly kind: string;
  /** The name that it was written with. */
  readonly name: string;
  readonly namespace: string | undefined;
  /** The name as bases have made it so far. */
  readonly now: string;
}

export const NAMES = ['app', 'web', 'db', 'config', 'creds', 'sa', 'cache', 'job-1', 'my.app', 'x9'] as const;
export const NAMESPACES = ['default', 'prod', 'team-a'] as const;
export const IMAGES = [
  ...['nginx', 'nginx:1.25', 'registry.local:5000/team/nginx:1.0', 'my/app@sha256:abc123', 'my/app:v1@sha256:abc123'],
  ...['my/app', 'busybox:latest', 'registry.local:5000/nginx', '$(IMAGE)', 'nginx:', 'ghcr.io/org/app:v1.2.3'],
] as const;
export const LABELS = ['app', 'tier', 'env', 'app.kubernetes.io/name', 'team'] as const;
export const WORDS = ['one', 'two', 'web', 'prod', 'a-b', 'v1', 'x.y'] as const;

/** Texts that read as something else where they stand without quotes. */
const NUMBERS = ['1.0', '80', 'true', '', 'yes', '[]'] as const;

/** Keys that read as something else where they stand without quotes. */
export const ODD_KEYS = ['1', 'true', 'y', 'null', '1.5', '2001-01-01', 'on', '0x1', '1_0', '.inf', '1.2.3'] as const;

/** A name, now and then with more than letters. */
export function nameOf(random: Random): string {
  return random.pick(NAMES);
}

/** A few pairs of texts, for labels and the like. */
export function pairs(random: Random, most = 2): MadeMapping {
  const made: Record<string, Made> = {};
  for (const key of random.list(1, most, () => random.pick(LABELS)))
    made[key] = random.pick(random.chance(0.08) ? NUMBERS : WORDS);
  if (random.slip(0.01)) made[random.pick(ODD_KEYS)] = random.pick(WORDS);
  return made;
}

/** Group and version of an apiVersion. */
export function groupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
