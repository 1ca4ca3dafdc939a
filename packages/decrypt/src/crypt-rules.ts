import { RE2JS } from 're2js';

/** Which values of a document are encrypted, by its own metadata; at most one of the rules is set. */
export interface CryptRules {
  readonly unencryptedSuffix: string;
  readonly encryptedSuffix: string;
  readonly unencryptedRegex: string;
  readonly encryptedRegex: string;
  readonly unencryptedCommentRegex: string;
  readonly encryptedCommentRegex: string;
}

/** The comments before a value and before each mapping and list that it is in, outermost first. */
export type CommentStack = readonly (readonly string[])[];

/** Tells whether a value is encrypted: of its keys from the root, the comments before it, and whether it is one. */
export type IsEncrypted = (path: readonly string[], comments: CommentStack, isComment: boolean) => boolean;

/** The rules, ready to be asked. A regular expression that cannot be read matches nothing, as for SOPS. */
export function encryptionRule(rules: CryptRules): IsEncrypted {
  const { unencryptedSuffix, encryptedSuffix } = rules;
  if (unencryptedSuffix !== '') return (path) => !path.some((key) => key.endsWith(unencryptedSuffix));
  if (encryptedSuffix !== '') return (path) => path.some((key) => key.endsWith(encryptedSuffix));
  if (rules.unencryptedRegex !== '') {
    const matches = matcher(rules.unencryptedRegex);
    return (path) => !path.some(matches);
  }
  if (rules.encryptedRegex !== '') {
    const matches = matcher(rules.encryptedRegex);
    return (path) => path.some(matches);
  }
  if (rules.unencryptedCommentRegex !== '') {
    const matches = matcher(rules.unencryptedCommentRegex);
    return (_path, comments) => !comments.some((group) => group.some(matches));
  }
  if (rules.encryptedCommentRegex !== '') {
    const matches = matcher(rules.encryptedCommentRegex);
    // The comment that switches encryption on is not encrypted itself.
    return (_path, comments, isComment) =>
      comments.some((group, at) =>
        (isComment && at === comments.length - 1 ? group.slice(0, -1) : group).some(matches),
      );
  }
  return () => true;
}

function matcher(pattern: string): (text: string) => boolean {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch {
    return () => false;
  }
  return (text) => compiled.matcher(text).find();
}
