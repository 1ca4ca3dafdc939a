/** One character as it stands for itself in an RE2 expression, inside a set or outside. '' stays ''. */
export function quoteLetter(letter: string): string {
  return letter === '' || /[\w\u0080-\u{10FFFF}]/u.test(letter) ? letter : `\\${letter}`;
}
