import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { AUTHENTICATED, type User } from './user.ts';

/** Whom a connection's certificate names; `false` where it shows one that is not to be trusted. */
export type CertificateUser = User | false | undefined;

const known = new WeakMap<Socket, { readonly user: CertificateUser }>();

/** The user of a client certificate: its common name, its organizations as groups. Read once for each connection. */
export function certificateUser(socket: Socket): CertificateUser {
  let found = known.get(socket);
  if (found === undefined) {
    found = { user: readUser(socket) };
    known.set(socket, found);
  }
  return found.user;
}

function readUser(socket: Socket): CertificateUser {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  if (!socket.authorized) return false;
  const names = subjectOf(certificate.subject);
  const groups = [...(names.get('O') ?? []), AUTHENTICATED];
  const extra = {
    'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint(certificate.fingerprint256)}`],
  };
  return { name: names.get('CN')?.[0] ?? '', uid: names.get('UID')?.[0] ?? '', groups, extra };
}

/** A subject's parts, one a line: `O=ops`. */
function subjectOf(subject: string): ReadonlyMap<string, readonly string[]> {
  const parts = new Map<string, string[]>();
  for (const line of subject.split('\n')) {
    const equals = line.indexOf('=');
    const key = line.slice(0, equals);
    parts.set(key, [...(parts.get(key) ?? []), line.slice(equals + 1)]);
  }
  return parts;
}

function fingerprint(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}
