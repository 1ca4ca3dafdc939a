import { CapstanError } from '@capstan/errors';
import { scanQuotedScalar } from '../scan/quoted-scalar.ts';
import { Reader } from '../scan/reader.ts';

const unusual = /[\x7f-\x9f\ud800-\udfff\ufffe\uffff]/;
const unreadable = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/**
 * A text after the way that sigs.k8s.io/yaml sends it, through JSON and back through a YAML reader: half surrogates
 * become U+FFFD, a NEL (which JSON leaves as it is) is a line break within quotes and is folded. Throws `YAML_INVALID`
 * for characters that JSON leaves as they are and YAML does not allow.
 */
export function throughJson(text: string): string {
  if (!unusual.test(text)) return text;
  if (unreadable.test(text)) {
    throw new CapstanError(
      'YAML_INVALID',
      'a text holds a control character (U+007F to U+009F) or a noncharacter that YAML cannot hold; encode it, for example as base64',
    );
  }
  const formed = text.isWellFormed() ? text : text.toWellFormed();
  if (!formed.includes('\x85')) return formed;
  const json = JSON.stringify(formed).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return scanQuotedScalar(new Reader(json, undefined), false);
}
