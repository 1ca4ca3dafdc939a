import type { Arguments } from './arguments.ts';
import type { Machine } from './machine.ts';
import { formatShortest, type LuaValue } from './value.ts';

/** Widest field and longest precision of a directive. */
const MAX_WIDTH = 1000;

const DIRECTIVE = /%([-+ #0]*)([0-9]*)(?:\.([0-9]*))?([\s\S]?)/g;

/** `string.format`: the directives of Lua, printed as Go's `fmt` prints them (gopher-lua hands them on). */
export function formatText(machine: Machine, args: Arguments): string {
  let next = 1;
  return args
    .text(1)
    .replace(DIRECTIVE, (_all, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (verb === '') return '%!(NOVERB)';
      if (Number(width) > MAX_WIDTH || Number(precision ?? 0) > MAX_WIDTH)
        machine.fail('a field of a format is too wide');
      if (next >= args.count) return `%!${verb}(MISSING)`;
      const value = args.all[next++];
      const digits = precision === undefined ? undefined : Number(precision);
      return pad(directive(machine, verb, value, digits, flags), Number(width), flags, verb);
    });
}

function directive(
  machine: Machine,
  verb: string,
  value: LuaValue,
  precision: number | undefined,
  flags: string,
): string {
  if (verb === 's' || verb === 'v') return machine.toText(value).slice(0, precision);
  if (verb === 'q') return quote(machine.toText(value));
  if (typeof value !== 'number') {
    return verb === 'd' || verb === 'i' ? machine.toText(value) : `%!${verb}(${machine.toText(value)})`;
  }
  const sign = value >= 0 ? (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') : '';
  switch (verb) {
    case 'd':
    case 'i':
      return (
        sign +
        whole(value)
          .toString()
          .padStart(precision ?? 0, '0')
      );
    case 'f':
    case 'F':
      return sign + value.toFixed(Math.min(precision ?? 6, 100));
    case 'e':
    case 'E':
    case 'g':
    case 'G': {
      const text =
        verb.toLowerCase() === 'e' ? goExponent(value.toExponential(precision ?? 6)) : general(value, precision);
      return sign + (verb === verb.toUpperCase() ? text.toUpperCase() : text);
    }
    case 'x':
      return (flags.includes('#') ? '0x' : '') + whole(value).toString(16);
    case 'X':
      return (flags.includes('#') ? '0X' : '') + whole(value).toString(16).toUpperCase();
    case 'o':
      return whole(value).toString(8);
    case 'c':
      return String.fromCharCode(Number(BigInt.asUintN(8, whole(value))));
    default:
      return `%!${verb}(${machine.toText(value)})`;
  }
}

function pad(text: string, width: number, flags: string, verb: string): string {
  // Widths count characters, and continuation bytes are none.
  const length = text.length - text.replace(/[\x80-\xbf]/g, '').length + width;
  if (text.length >= length) return text;
  if (flags.includes('-')) return text.padEnd(length);
  if (!flags.includes('0') || verb === 's' || verb === 'q') return text.padStart(length);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function whole(value: number): bigint {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) return -(2n ** 63n);
  return BigInt(Math.trunc(value));
}

function general(value: number, precision: number | undefined): string {
  if (precision === undefined) return formatShortest(value);
  const [digits = '', power = '0'] = value.toExponential(Math.max(0, precision - 1)).split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= Math.max(1, precision)) return goExponent(`${trimZeros(digits)}e${exponent}`);
  return trimZeros(value.toFixed(Math.min(100, Math.max(0, precision - 1 - exponent))));
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

/** At least two digits of exponent, with its sign. */
function goExponent(text: string): string {
  const [digits = '', power = '0'] = text.split('e');
  const exponent = Number(power);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function quote(text: string): string {
  return `"${text.replace(/["\\\n\r\t\0]/g, (character) => ({ '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[character] ?? '\\x00')}"`;
}
