import { resolvePlain } from '../values/tag.ts';

const sexagesimal = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/**
 * Whether the text without quotes is read back as this text, in YAML 1.1 too: `yes` and `1:30` are not, whichever
 * library prints them.
 */
export function meansItself(text: string): boolean {
  return resolvePlain(text, 'v2').tag === '!!str' && !(text.includes(':') && sexagesimal.test(text));
}
