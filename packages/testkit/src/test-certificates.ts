import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificatesOf, type Certificates } from '@capstan/sandbox';

/** A certificate for 127.0.0.1 by an authority of its own, as PEM texts. */
export async function testCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'capstan-certificates-'));
  try {
    return await certificatesOf(folder, '127.0.0.1', new Date());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
