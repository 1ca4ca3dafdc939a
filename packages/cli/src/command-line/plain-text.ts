/**
 * Text from a cluster or a repository as it may go to a terminal: control characters, which could move the cursor or
 * retitle the window, are shown as `\x1b`; line ends and tabs stay.
 */
export function plainText(text: string): string {
  return text.replaceAll(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** The same in one line. */
export function plainLine(text: string): string {
  return plainText(text.replaceAll(/\s+/g, ' ').trim());
}
