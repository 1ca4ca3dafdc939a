const HOUR_MS = 3_600_000;
const MAX_FORMATS = 500;

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** Whether a time zone is known by name (`Europe/Zurich`, `UTC`); '' is UTC. */
export function isTimeZone(name: string): boolean {
  return name === '' || formatOf(name) !== undefined;
}

/**
 * How far a zone's clocks are ahead of UTC at a moment; both in milliseconds. An unknown zone counts as UTC, as
 * upstream has it.
 */
export function zoneOffset(name: string, at: number): number {
  const format = name === '' || name === 'UTC' ? undefined : formatOf(name);
  if (format === undefined) return 0;
  const text = format.formatToParts(new Date(at)).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes, seconds] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? [];
  if (hours === undefined) return 0;
  const offset = Number(hours) * HOUR_MS + Number(minutes) * 60_000 + Number(seconds ?? 0) * 1000;
  return sign === '-' ? -offset : offset;
}

function formatOf(name: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(name)) {
    formats.set(name, makeFormat(name));
    if (formats.size > MAX_FORMATS) for (const oldest of formats.keys()) if (formats.delete(oldest)) break;
  }
  return formats.get(name);
}

function makeFormat(name: string): Intl.DateTimeFormat | undefined {
  // Offsets are no names of zones to Argo CD.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
}
