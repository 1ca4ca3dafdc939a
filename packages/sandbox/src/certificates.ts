import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { join } from 'node:path';
import { writeDurably } from './durable-file.ts';

/** Key and certificate of the server, and the CA that clients trust. All PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const YEARS_VALID = 10;
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
  const made = await makeCertificates(host, now);
  await writeDurably(paths.ca, made.ca);
  await writeDurably(paths.cert, made.cert);
  await writeDurably(paths.key, made.key);
  return made;
}

function stillGood(cert: string, host: string, now: Date): boolean {
  const parsed = new x509.X509Certificate(cert);
  const names = parsed.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  return parsed.notAfter.getTime() - now.getTime() > RENEW_BEFORE && names.some((name) => name.value === host);
}

async function makeCertificates(host: string, now: Date): Promise<Certificates> {
  const dates = {
    notBefore: new Date(now.getTime() - 3600 * 1000),
    notAfter: new Date(now.getTime() + YEARS_VALID * 365 * 24 * 3600 * 1000),
  };
  const caKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: 'CN=capstan-sandbox-ca',
    ...dates,
    signingAlgorithm: ALGORITHM,
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=capstan-sandbox',
    issuer: ca.subject,
    ...dates,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(alternativeNames(host)),
    ],
  });
  const exported = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { ca: `${ca.toString('pem')}\n`, cert: `${cert.toString('pem')}\n`, key: pem('PRIVATE KEY', exported) };
}

function alternativeNames(host: string): x509.JsonGeneralNames {
  const names = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', '127.0.0.1', '::1', host];
  return [...new Set(names)].map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }));
}

function serial(): string {
  return `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}`;
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
