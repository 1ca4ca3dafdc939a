// Go's layouts for a timestamp: fields may have one digit; a time needs `T`, `t` or one space, and with a letter a zone.
const shape = /^(\d{4})-(\d\d?)-(\d\d?)(?:([Tt ])(\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)?)?$/;

/** What a date or time means in RFC 3339, as Go prints it; undefined when `text` is no timestamp. */
export function parseTimestamp(text: string): string | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', separator, hour = '0', minute = '0', second = '0', fraction, zone] = match;
  if (separator === ' ' ? zone !== undefined : separator !== undefined && zone === undefined) return undefined;
  if (!validDate(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offset = zone === undefined ? 'Z' : parseZone(zone);
  if (offset === undefined) return undefined;
  const nanoseconds = (fraction ?? '').slice(0, 9).replace(/0+$/, '');
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}:${second.padStart(2, '0')}`;
  return `${date}T${time}${nanoseconds === '' ? '' : `.${nanoseconds}`}${offset}`;
}

function parseZone(zone: string): string | undefined {
  if (zone === 'Z' || zone.endsWith('00:00')) return 'Z';
  return Number(zone.slice(1, 3)) <= 23 && Number(zone.slice(4)) <= 59 ? zone : undefined;
}

function validDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= days;
}
