import { isCapstanError, type ErrorData } from '@capstan/errors';
import { readSignedCommit, readSignedTag, signatureType, verifyPgpSignature } from '@capstan/source';
import { z } from 'zod';
import type { Corpus } from '../corpus.ts';
import { allOf, expectEqual, failed, passed, skipped } from '../expect.ts';

const named = z.looseObject({ fn: z.string(), format: z.string().optional() });
const wantedError = z.object({
  any: z.boolean().optional(),
  contains: z.union([z.string(), z.array(z.string())]).optional(),
  is: z.union([z.string(), z.array(z.string())]).optional(),
});
const verifyCase = z.object({
  payload: z.string(),
  signature: z.string(),
  keys: z.array(z.string()),
  object: z.enum(['commit', 'tag']).optional(),
  raw: z.string().optional(),
  expected: z.object({
    valid: z.boolean().optional(),
    signer: z.string().optional(),
    error: wantedError.optional(),
  }),
});
const typeCase = z.object({ signature: z.string(), expected: z.string() });
const isTypeCase = z.object({ signature: z.string(), type: z.string(), expected: z.boolean() });

/** Upstream's sentinels by the reason that ours give. */
const sentinels: Readonly<Record<string, string>> = {
  empty: 'ErrSignatureEmpty',
  format: 'ErrSignatureFormat',
  'no-matching-key': 'ErrNoMatchingKey',
};

/** The tests of fluxcd/pkg/git/signature: of PGP, and of telling kinds of signatures apart. */
export const gitSignatures: Corpus = {
  name: 'git-signatures',
  async run(input) {
    const { fn, format } = named.parse(input);
    if (fn === 'signatureType') {
      const { signature, expected } = typeCase.parse(input);
      return expectEqual(signatureType(signature), expected);
    }
    if (fn === 'isSignatureType') {
      const { signature, type, expected } = isTypeCase.parse(input);
      return expectEqual(signatureType(signature) === type, expected);
    }
    return fn === 'verify' && format === 'openpgp' ? runVerify(input) : skipped(`${fn} of ${format ?? 'SSH keys'}`);
  },
};

async function runVerify(input: unknown) {
  const { payload, signature, keys, object, raw, expected } = verifyCase.parse(input);
  if (raw !== undefined) {
    const parted = (object === 'tag' ? readSignedTag : readSignedCommit)(Buffer.from(raw));
    const found = [Buffer.from(parted.payload).toString(), parted.signature?.trimEnd() ?? ''];
    const parts = expectEqual(found, [payload, signature.trimEnd()], 'parts');
    if (parts.outcome !== 'passed') return parts;
  }
  try {
    const { signer } = await verifyPgpSignature(Buffer.from(payload), signature, keys, new Date());
    if (expected.valid !== true) return failed(`verified as signed by ${signer}`);
    return expected.signer === undefined ? passed : expectEqual(signer, expected.signer, 'signer');
  } catch (error) {
    if (!isCapstanError(error) || expected.error === undefined) throw error;
    return allOf(complaints(error.message, error.data, expected.error));
  }
}

function* complaints(message: string, data: ErrorData, wanted: z.infer<typeof wantedError>) {
  for (const text of [wanted.contains ?? []].flat())
    yield message.includes(text) ? passed : failed(`${message} does not say ${text}`);
  for (const name of [wanted.is ?? []].flat()) {
    const { reason } = data;
    yield expectEqual(typeof reason === 'string' ? sentinels[reason] : undefined, name, 'sentinel');
  }
}
