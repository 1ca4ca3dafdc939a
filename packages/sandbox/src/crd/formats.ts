import { Buffer } from 'node:buffer';
import { isIP } from 'node:net';
import { isCapstanError } from '@capstan/errors';
import { parseDuration } from '@capstan/object';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)$/;

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  duration: isDuration,
  uri: isUri,
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  hostname: (text) => /^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$/.test(text),
  ipv4: (text) => isIP(text) === 4,
  ipv6: (text) => isIP(text) === 6,
  cidr: (text) => isIP(text.split('/')[0] ?? '') !== 0 && /\/\d{1,3}$/.test(text),
  mac: (text) => /^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$/.test(text),
  uuid: (text) => /^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$/.test(text),
  byte: (text) => BASE64.test(text) && Buffer.from(text, 'base64').length >= 0,
};

/** Whether text is of a format. A format that is not checked by the API server fits everything. */
export function fitsFormat(format: string, text: string): boolean {
  const check = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  return check === undefined || check(text);
}

function isDuration(text: string): boolean {
  try {
    parseDuration(text);
    return true;
  } catch (error) {
    if (isCapstanError(error, 'DURATION_INVALID')) return false;
    throw error;
  }
}

function isUri(text: string): boolean {
  return URL.canParse(text) || text.startsWith('/');
}
