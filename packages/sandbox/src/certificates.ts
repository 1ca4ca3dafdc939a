import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { writeDurably } from './durable-file.ts';

/** Key and certificate of the server, and the CA that clients trust. All PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A certificate that ends sooner than this is made anew, in milliseconds. */
const RENEW_BEFORE = 30 * 24 * 3600 * 1000;

/** The certificates of a state folder, made when absent, about to end, or made for another host. */
export async function certificatesOf(stateDir: string, host: string, now: Date): Promise<Certificates> {
  const paths = { ca: join(stateDir, 'ca.crt'), cert: join(stateDir, 'server.crt'), key: join(stateDir, 'server.key') };
  if (Object.values(paths).every((path) => existsSync(path))) {
    const kept = {
      ca: readFileSync(paths.ca, 'utf8'),
      cert: readFileSync(paths.cert, 'utf8'),
      key: readFileSync(paths.key, 'utf8'),
    };
    if (stillGood(kept.cert, host, now)) return kept;
  }
  // Loaded only where certificates are made: the library weighs as much as the store.
  const { makeCertificates } = await import('./make-certificates.ts');
  const made = await makeCertificates(host, now);
  await writeDurably(paths.ca, made.ca);
  await writeDurably(paths.cert, made.cert);
  await writeDurably(paths.key, made.key);
  return made;
}

function stillGood(cert: string, host: string, now: Date): boolean {
  const parsed = new X509Certificate(cert);
  const named = isIP(host) === 0 ? parsed.checkHost(host) : parsed.checkIP(host);
  return Date.parse(parsed.validTo) - now.getTime() > RENEW_BEFORE && named !== undefined;
}
