import { isBreak } from '../scan/characters.ts';

/** Which styles a text can be written in, as libyaml's emitter finds out. */
export interface Analysis {
  readonly multiline: boolean;
  readonly flowPlain: boolean;
  readonly blockPlain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

const empty: Analysis = { multiline: false, flowPlain: false, blockPlain: true, single: true, block: false };
const simple: Analysis = { multiline: false, flowPlain: true, blockPlain: true, single: true, block: true };

const startIndicators = '#,[]{}&*!|>\'"%@`';
const simpleText = /^[A-Za-z0-9_/][A-Za-z0-9_/.=()$+;~^<-]*$/;

/** Whether the emitter writes the character as it is: no control, no surrogate pair, no byte order mark. */
export function isPrintable(code: number): boolean {
  return (
    code === 0x0a ||
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code < 0xd800) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff)
  );
}

/** What forms `text` allows. A tab needs double quotes in yaml.v2; yaml.v3 also lets it stand in block scalars. */
export function analyze(text: string, rules: 'v3' | 'v2'): Analysis {
  if (text === '') return empty;
  if (simpleText.test(text)) return simple;
  const indicators = findIndicators(text);
  const spacing = findSpacing(text);
  const unquotable = spacing.special || spacing.tab;
  const noPlain = spacing.edge || spacing.breakSpace || unquotable || spacing.breaks;
  return {
    multiline: spacing.breaks,
    flowPlain: !noPlain && !indicators.flow,
    blockPlain: !noPlain && !indicators.block,
    single: !spacing.breakSpace && !unquotable,
    block: !spacing.trailingSpace && !(rules === 'v3' ? spacing.special : unquotable),
  };
}

function isBlankOrEdge(text: string, at: number): boolean {
  if (at >= text.length) return true;
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x09;
}

function findIndicators(text: string): { flow: boolean; block: boolean } {
  const documentMark = text.startsWith('---') || text.startsWith('...');
  let flow = documentMark;
  let block = documentMark;
  for (let i = 0; i < text.length && !(flow && block); i++) {
    const character = text.charAt(i);
    const atEnd = isBlankOrEdge(text, i + 1);
    if (character === ':') {
      flow = true;
      block ||= atEnd;
    } else if (character === '?') {
      flow = true;
      block ||= i === 0 && atEnd;
    } else if (i === 0) {
      if (startIndicators.includes(character) || (character === '-' && atEnd)) flow = block = true;
    } else if (character === '#') {
      const before = text.charCodeAt(i - 1);
      if (before === 0x20 || before === 0x09 || isBreak(before)) flow = block = true;
    } else if (',[]{}'.includes(character)) flow = true;
  }
  return { flow, block };
}

interface Spacing {
  /** Space or break at the start or the end. */
  edge: boolean;
  trailingSpace: boolean;
  breakSpace: boolean;
  /** A space before a break, or a character that needs an escape. */
  special: boolean;
  breaks: boolean;
  tab: boolean;
}

function findSpacing(text: string): Spacing {
  const found: Spacing = {
    edge: false,
    trailingSpace: false,
    breakSpace: false,
    special: false,
    breaks: false,
    tab: false,
  };
  let before: 'space' | 'break' | 'other' = 'other';
  const last = text.length - 1;
  for (let i = 0; i <= last; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x09) found.tab = true;
    else if (!isPrintable(code)) found.special = true;
    if (code === 0x20) {
      if (i === 0 || i === last) found.edge = true;
      if (i === last) found.trailingSpace = true;
      if (before === 'break') found.breakSpace = true;
      before = 'space';
    } else if (isBreak(code)) {
      found.breaks = true;
      if (i === 0 || i === last) found.edge = true;
      if (before === 'space') found.special = true;
      before = 'break';
    } else before = 'other';
  }
  return found;
}
