import { isCapstanError, type ErrorData } from '@capstan/errors';
import {
  parseAuthorizedKeys,
  readSignedCommit,
  readSignedTag,
  signatureType,
  verifyPgpSignature,
  verifySshSignature,
} from '@capstan/source';
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
const keysCase = z.object({
  input: z.string(),
  expected: z.object({
    count: z.number(),
    fingerprints: z.array(z.string()).optional(),
    error: wantedError.optional(),
  }),
});
const typeCase = z.object({ signature: z.string(), expected: z.string() });
const isTypeCase = z.object({ signature: z.string(), type: z.string(), expected: z.boolean() });

/** Upstream's sentinels by the reason that ours give. */
const sentinels: Readonly<Record<string, string>> = {
  empty: 'ErrSignatureEmpty',
  'empty-payload': 'ErrPayloadEmpty',
  format: 'ErrSignatureFormat',
  'no-matching-key': 'ErrNoMatchingKey',
};

/** The tests of fluxcd/pkg/git/signature. */
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
    if (fn === 'parseAuthorizedKeys') return runKeys(input);
    return fn === 'verify' ? runVerify(input, format === 'ssh') : skipped(`${fn} of ${format ?? 'no format'}`);
  },
};

function runKeys(input: unknown) {
  const { input: text, expected } = keysCase.parse(input);
  try {
    const keys = parseAuthorizedKeys(text);
    if (expected.error !== undefined) return failed(`read ${keys.length} keys`);
    if (keys.length !== expected.count) return expectEqual(keys.length, expected.count, 'count');
    const found = keys.map(({ fingerprint }) => fingerprint);
    return expected.fingerprints === undefined ? passed : expectEqual(found, expected.fingerprints, 'fingerprints');
  } catch (error) {
    if (!isCapstanError(error) || expected.error === undefined) throw error;
    return allOf(complaints(error.message, error.data, expected.error));
  }
}

async function runVerify(input: unknown, isSsh: boolean) {
  const { payload, signature, keys, object, raw, expected } = verifyCase.parse(input);
  if (raw !== undefined) {
    const parted = (object === 'tag' ? readSignedTag : readSignedCommit)(Buffer.from(raw));
    const found = [Buffer.from(parted.payload).toString(), parted.signature?.trimEnd() ?? ''];
    const parts = expectEqual(found, [payload, signature.trimEnd()], 'parts');
    if (parts.outcome !== 'passed') return parts;
  }
  try {
    const bytes = Buffer.from(payload);
    const { signer } = isSsh
      ? verifySshSignature(bytes, signature, keys)
      : await verifyPgpSignature(bytes, signature, keys, new Date());
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
