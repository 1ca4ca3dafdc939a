/** The letters of a text: its code points, each as a text. */
export function codePoints(text: string): readonly string[] {
  return hasPairs(text) ? [...text] : text.split('');
}

/** How many code points a text has. */
export function codePointCount(text: string): number {
  if (!hasPairs(text)) return text.length;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}

/** The code points from one place up to another. */
export function codePointSlice(text: string, from: number, to: number): string {
  return hasPairs(text) ? [...text].slice(from, to).join('') : text.slice(from, to);
}

function hasPairs(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}
