import { CapstanError } from '@capstan/errors';

/** Largest file that is decrypted, in bytes (kustomize-controller). */
export const MAX_ENCRYPTED_BYTES = 5 * 1024 * 1024;
/**
 * Largest YAML file that is decrypted, in bytes: it is read in one go, and everything else waits meanwhile. A Secret holds no
 * more than a MiB.
 */
export const MAX_YAML_BYTES = 1024 * 1024;
/** Deepest nesting of mappings and lists in an encrypted document. */
export const MAX_DEPTH = 100;
/** Values of one document, aliases resolved. */
export const MAX_VALUES = 200_000;

/** A document that is malformed, or was tampered with. The message must hold nothing of its values. */
export function invalid(message: string): CapstanError<'DECRYPT_INVALID'> {
  return new CapstanError('DECRYPT_INVALID', message);
}

/** A document beyond a limit. */
export function beyond(message: string): CapstanError<'DECRYPT_LIMIT'> {
  return new CapstanError('DECRYPT_LIMIT', message);
}

/**
 * SOPS's own words about a value that it cannot read, without the value. Source of the rule: kustomize-controller's
 * safeDecrypt.
 */
export function redacted(message: string): string {
  const prefix = 'Input string ';
  const suffix = " does not match sops' data format";
  const from = message.indexOf(prefix);
  const to = message.indexOf(suffix);
  return from < 0 || to < 0 ? message : `${message.slice(0, from)}${prefix}<redacted>${suffix}`;
}
