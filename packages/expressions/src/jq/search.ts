/** From so many characters on a search is ours: the engine's may take the product of both lengths. */
const LONG = 8;

/** Where `part` stands in `text` from `from` on, -1 where it does not; in time by the sum of their lengths. */
export function placeOf(text: string, part: string, from = 0): number {
  if (part.length < LONG) return text.indexOf(part, from);
  return [...placesIn(text, part, from, 1)][0] ?? -1;
}

/** The parts of a text between the occurrences of a separator that is not empty. */
export function partsOf(text: string, separator: string): string[] {
  if (separator.length < LONG) return text.split(separator);
  const parts: string[] = [];
  let from = 0;
  for (const place of placesIn(text, separator, 0, Infinity)) {
    parts.push(text.slice(from, place));
    from = place + separator.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** Places one after the other, without overlap, by the method of Knuth, Morris and Pratt. */
function placesIn(text: string, part: string, from: number, most: number): number[] {
  const back = fallbacks(part);
  const places: number[] = [];
  let matched = 0;
  for (let at = from; at < text.length && places.length < most; at++) {
    while (matched > 0 && text.charCodeAt(at) !== part.charCodeAt(matched)) matched = back[matched - 1] ?? 0;
    if (text.charCodeAt(at) === part.charCodeAt(matched)) matched++;
    if (matched < part.length) continue;
    places.push(at - part.length + 1);
    matched = 0;
  }
  return places;
}

/** For each beginning of a part the length of its longest proper beginning that is its end, too. */
function fallbacks(part: string): Int32Array {
  const back = new Int32Array(part.length);
  for (let at = 1, matched = 0; at < part.length; at++) {
    while (matched > 0 && part.charCodeAt(at) !== part.charCodeAt(matched)) matched = back[matched - 1] ?? 0;
    if (part.charCodeAt(at) === part.charCodeAt(matched)) matched++;
    back[at] = matched;
  }
  return back;
}
