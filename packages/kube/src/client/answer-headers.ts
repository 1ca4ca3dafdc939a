type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The texts of `Warning: 299 - "text"` headers, in order. */
export function warningsOf(headers: Headers): readonly string[] {
  const value = headers['warning'];
  if (value === undefined) return [];
  const lines = typeof value === 'string' ? [value] : value;
  return lines.flatMap((line) =>
    [...line.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1')),
  );
}

/** How long `Retry-After` asks to wait, in milliseconds; undefined where there is none. `now` is wall time. */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const value = headers['retry-after'];
  const text = typeof value === 'string' ? value.trim() : value?.[0]?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
