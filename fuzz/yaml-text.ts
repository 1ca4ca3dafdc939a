import type { Random } from './random.ts';

/** YAML that is put in as it stands: one line, or several that are indented to where they go. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What the generators make; `undefined` fields are left out. */
export type Made = null | boolean | number | string | Raw | readonly Made[] | MadeMapping;

/** A mapping of what the generators make. */
export interface MadeMapping {
  readonly [key: string]: Made | undefined;
}

/** Prints a value as YAML, in block style or in flow, with the quotes and comments that chance gives. */
export function printYaml(value: Made, random: Random): string {
  if (isMapping(value)) return block(value, '', random);
  return `${inline(value, '', random)}\n`;
}

function isMapping(value: Made): value is MadeMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Raw);
}

function isList(value: Made): value is readonly Made[] {
  return Array.isArray(value);
}

function block(value: MadeMapping | readonly Made[], indent: string, random: Random): string {
  if (isList(value)) {
    return value.map((item) => `${indent}-${itemText(item, `${indent}  `, random)}`).join('');
  }
  return Object.entries(value)
    .map(([key, item]) => {
      if (item === undefined) return '';
      const comment = random.chance(0.02) ? `${indent}# a note\n` : '';
      return `${comment}${indent}${keyText(key)}:${fieldText(item, indent, random)}`;
    })
    .join('');
}

function isBlock(value: Made, random: Random): value is MadeMapping | readonly Made[] {
  if (isList(value)) return value.length > 0 && !(canFlow(value) && random.chance(0.1));
  return (
    isMapping(value) &&
    Object.values(value).some((item) => item !== undefined) &&
    !(canFlow(value) && random.chance(0.05))
  );
}

/** Raw texts of several lines cannot stand in a flow collection. */
function canFlow(value: Made): boolean {
  if (value instanceof Raw) return /^[\w.+-]+$/.test(value.text);
  if (isList(value)) return value.every((item) => canFlow(item));
  if (isMapping(value)) return Object.values(value).every((item) => item === undefined || canFlow(item));
  return typeof value !== 'string' || !value.includes('\n');
}

function itemText(value: Made, indent: string, random: Random): string {
  if (isMapping(value) && isBlock(value, random)) return ` ${block(value, indent, random).slice(indent.length)}`;
  if (isBlock(value, random)) return `\n${block(value, indent, random)}`;
  return ` ${inline(value, indent, random)}\n`;
}

function fieldText(value: Made, indent: string, random: Random): string {
  if (isBlock(value, random))
    return `\n${block(value, isList(value) && random.chance(0.7) ? indent : `${indent}  `, random)}`;
  const text = inline(value, `${indent}  `, random);
  return text === '' ? '\n' : ` ${text}${random.chance(0.01) ? ' # said' : ''}\n`;
}

function inline(value: Made, indent: string, random: Random): string {
  if (value instanceof Raw) return value.text.replace(/\n(?=[^\n])/g, `\n${indent}`);
  if (isList(value)) return `[${value.map((item) => inline(item, indent, random)).join(', ')}]`;
  if (isMapping(value)) {
    const fields = Object.entries(value).filter(([, item]) => item !== undefined);
    return `{${fields.map(([key, item]) => `${keyText(key)}: ${inline(item ?? null, indent, random)}`).join(', ')}}`;
  }
  if (typeof value === 'string') return textOf(value, indent, random);
  return String(value);
}

function keyText(key: string): string {
  return /^[\w./-]+$/.test(key) && !/^(null|true|false|yes|no|on|off|y|n|~|[-+.\d].*)$/i.test(key)
    ? key
    : JSON.stringify(key);
}

function textOf(text: string, indent: string, random: Random): string {
  if (text.includes('\n') && !/[\t\r]|^\s|[^\x20-\x7e\n]| \n/.test(text)) {
    return `|${text.endsWith('\n') ? '' : '-'}\n${text.replace(/\n$/, '').replace(/^(?=.)/gm, indent)}`;
  }
  const plain =
    /^[\w/][\w ./@$()=+-]*$/.test(text) &&
    !/^(null|true|false|yes|no|on|off|y|n|~|[-+.\d].*)$/i.test(text) &&
    !/ $/.test(text);
  if (plain && random.chance(0.9)) return text;
  if (!/['\n\t\r\\]|[^\x20-\x7e]/.test(text) && random.chance(0.4)) return `'${text}'`;
  return JSON.stringify(text);
}
