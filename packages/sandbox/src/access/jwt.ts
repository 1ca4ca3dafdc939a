import { sign, verify } from 'node:crypto';
import { isCapstanError } from '@capstan/errors';
import { getKey, isJsonObject, type JsonObject } from '@capstan/object';
import { formatJson, parseJson } from '../json.ts';
import type { SigningKey } from './signing-key.ts';

const ALGORITHM = 'ES256';

/** The signature of the algorithm: two numbers of 32 bytes, one after the other. */
const ENCODING = 'ieee-p1363';

/** Longer ones are not looked at, in characters. */
const TOKEN_LIMIT = 16 * 1024;
const DEPTH_LIMIT = 16;

/** A token taken apart, its signature not yet looked at. */
export interface ParsedToken {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signed: string;
  readonly signature: Buffer;
}

/** A signed token with these claims. */
export function signToken(key: SigningKey, claims: JsonObject): string {
  const signed = `${encode({ alg: ALGORITHM, kid: key.id })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key: key.privateKey, dsaEncoding: ENCODING });
  return `${signed}.${signature.toString('base64url')}`;
}

/** Takes a token apart; undefined for text that is none. */
export function parseToken(token: string): ParsedToken | undefined {
  if (token.length > TOKEN_LIMIT) return undefined;
  const [head, body, tail, ...more] = token.split('.');
  if (head === undefined || body === undefined || tail === undefined || more.length > 0) return undefined;
  const header = decode(head);
  const claims = decode(body);
  if (header === undefined || claims === undefined || !isBase64Url(tail)) return undefined;
  return { header, claims, signed: `${head}.${body}`, signature: Buffer.from(tail, 'base64url') };
}

/** Why a token is not of this key, in the words of the real server's libraries; undefined where it is. */
export function signatureFault(key: SigningKey, token: ParsedToken): string | undefined {
  const id = getKey(token.header, 'kid');
  if (typeof id === 'string' && id !== '' && id !== key.id) return 'invalid signature, no keys found';
  const isSigned =
    getKey(token.header, 'alg') === ALGORITHM &&
    verify('sha256', Buffer.from(token.signed), { key: key.publicKey, dsaEncoding: ENCODING }, token.signature);
  return isSigned ? undefined : 'go-jose/go-jose: error in cryptographic primitive';
}

/** The key set by which others check tokens, as OpenID Connect has it. */
export function keySet(key: SigningKey): JsonObject {
  const { x = '', y = '' } = key.publicKey.export({ format: 'jwk' });
  return { keys: [{ use: 'sig', kty: 'EC', kid: key.id, crv: 'P-256', alg: ALGORITHM, x, y }] };
}

/** What is told of an issuer of tokens, as OpenID Connect has it. */
export function issuerDocument(issuer: string, url: string): JsonObject {
  return {
    issuer,
    jwks_uri: `${url}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [ALGORITHM],
  };
}

function encode(value: JsonObject): string {
  return Buffer.from(formatJson(value)).toString('base64url');
}

function decode(part: string): JsonObject | undefined {
  if (!isBase64Url(part)) return undefined;
  try {
    const value = parseJson(Buffer.from(part, 'base64url').toString('utf8'), { maxDepth: DEPTH_LIMIT });
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (isCapstanError(error, 'JSON_INVALID')) return undefined;
    throw error;
  }
}

function isBase64Url(text: string): boolean {
  return /^[\w-]*$/.test(text);
}
