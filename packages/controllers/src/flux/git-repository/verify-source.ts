import type { GitRepository } from '@capstan/api';
import { isCapstanError } from '@capstan/errors';
import { getKey, getPath, isJsonObject } from '@capstan/object';
import {
  signatureType,
  signedRevision,
  verifyPgpSignature,
  verifySshSignature,
  type GitRequest,
  type Revision,
  type SignedObject,
} from '@capstan/source';
import type { Engine } from '../../runtime/engine.ts';
import { condition, reason } from '../names.ts';
import { serverWords } from '../server-words.ts';
import type { StepFailure } from './draft.ts';

type Spec = NonNullable<GitRepository['spec']>;
type Status = NonNullable<GitRepository['status']>;
type Mode = 'HEAD' | 'Tag' | 'TagAndHEAD';

/** Whose signature a revision bears, and what of it was looked at. */
export interface VerifiedSource {
  readonly mode: Mode;
  readonly message: string;
}

/** What a source is verified with. */
export interface VerifyContext {
  readonly engine: Engine;
  readonly request: GitRequest;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** Public keys by their form, as a Secret holds them by the ends of its keys. */
interface Keys {
  readonly keyrings: readonly string[];
  readonly authorized: readonly string[];
}

const SSH_SUFFIX = '.sshpub';
const PGP_SUFFIX = '.asc';

/** Whether what status says was verified is less than what a spec asks for. */
export function needsVerification(spec: Spec, { sourceVerificationMode: done }: Status): boolean {
  if (spec.verify === undefined) return false;
  const wanted = modeOf(spec.verify.mode);
  return done === undefined || (done !== wanted && done !== 'TagAndHEAD');
}

/**
 * Checks the signatures that a spec asks for: of the commit, of the tag that led to it, or of both. Fails closed, in
 * source-controller's words. Undefined where nothing is asked for. Throws GIT_*.
 */
export async function verifySource(
  spec: Spec,
  revision: Revision,
  context: VerifyContext,
): Promise<VerifiedSource | StepFailure | undefined> {
  if (spec.verify === undefined) return undefined;
  const keys = await keysOf(spec.verify.secretRef.name, context);
  if ('stalled' in keys) return keys;
  const mode = modeOf(spec.verify.mode);
  const { commit, tag } = await signedRevision(context.engine.git, context.request, revision);
  const now = new Date(context.engine.clock.now());
  const lines: string[] = [];
  if (mode !== 'HEAD') {
    if (tag === undefined)
      return {
        ...unverified(
          reason.invalidVerificationMode,
          "cannot verify tag object's signature if a tag reference is not specified",
        ),
        stalled: true,
      };
    const name = `${tag.name}@${tag.hash}`;
    if (tag.object?.signature === undefined)
      return unverified(reason.invalidGitObject, `cannot verify signature of tag '${name}' since it is not signed`);
    const found = await signerOf(tag.object, keys, now);
    if ('problem' in found)
      return unverified(reason.invalidTagSignature, `signature verification of tag '${name}' failed: ${found.problem}`);
    lines.push(`tag '${name}' with key '${found.signer}'`);
  }
  if (mode !== 'Tag') {
    const found = await signerOf(commit, keys, now);
    if ('problem' in found)
      return unverified(
        reason.invalidCommitSignature,
        `signature verification of commit '${revision.commit}' failed: ${found.problem}`,
      );
    lines.push(`commit '${revision.commit}' with key '${found.signer}'`);
  }
  return { mode, message: `verified signature of${lines.map((line) => `\n\t- ${line}`).join('')}` };
}

function modeOf(mode: string | undefined): Mode {
  return mode === 'Tag' || mode === 'TagAndHEAD' ? mode : 'HEAD';
}

function unverified(why: string, message: string): StepFailure {
  return { type: condition.sourceVerified, reason: why, message, stalled: false };
}

async function keysOf(name: string, { engine, namespace, signal }: VerifyContext): Promise<Keys | StepFailure> {
  const ref = { group: '', version: 'v1', kind: 'Secret', namespace, name };
  try {
    const data = getPath(await engine.clusters.local.client.get(ref, { signal }), 'data');
    const texts = (isJsonObject(data) ? Object.keys(data) : []).flatMap((key) => {
      const value = isJsonObject(data) ? getKey(data, key) : undefined;
      return typeof value === 'string' ? [[key, Buffer.from(value, 'base64').toString('utf8')] as const] : [];
    });
    const isSsh = (key: string): boolean => key.endsWith(SSH_SUFFIX);
    return {
      authorized: texts.flatMap(([key, text]) => (isSsh(key) ? [text] : [])),
      keyrings: texts.flatMap(([key, text]) => (isSsh(key) ? [] : [text])),
    };
  } catch (error) {
    if (signal.aborted || !isCapstanError(error)) throw error;
    return unverified(reason.verificationError, `public keys secret error: ${serverWords(error)}`);
  }
}

async function signerOf(
  { kind, payload, signature = '' }: SignedObject,
  { keyrings, authorized }: Keys,
  now: Date,
): Promise<{ readonly signer: string } | { readonly problem: string }> {
  const type = signatureType(signature);
  try {
    switch (type) {
      case 'openpgp':
        if (keyrings.length > 0) return await verifyPgpSignature(payload, signature, keyrings, now);
        return {
          problem: `PGP signature detected but no PGP public keys found in secret (keys with ${PGP_SUFFIX} suffix)`,
        };
      case 'ssh':
        if (authorized.length > 0) return verifySshSignature(payload, signature, authorized);
        return {
          problem: `SSH signature detected but no SSH public keys found in secret (keys with ${SSH_SUFFIX} suffix)`,
        };
      default:
        return { problem: `unsupported signature type: ${type}` };
    }
  } catch (error) {
    if (!isCapstanError(error, 'GIT_SIGNATURE_INVALID')) throw error;
    const what = `unable to verify Git ${kind}${type === 'ssh' ? ' SSH signature' : ''}`;
    return { problem: `${what}: ${error.message}` };
  }
}
