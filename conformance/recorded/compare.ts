import { isPlaceholder, matches, type Placeholders } from './placeholders.ts';

/** One place where what stands here is not what upstream left. */
export interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** The differences of two values, place by place. Lists of objects with a name are paired by it. */
export function compare(expected: unknown, actual: unknown, known: Placeholders, path = ''): Difference[] {
  if (typeof expected === 'string') {
    if (typeof actual === 'string' && matches(expected, actual, known)) return [];
    if ((typeof actual === 'number' || typeof actual === 'bigint') && isPlaceholder(expected)) return [];
    return [{ path, expected, actual }];
  }
  if (Array.isArray(expected) && Array.isArray(actual)) return compareLists(expected, actual, known, path);
  if (isRecord(expected) && isRecord(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) =>
      Object.hasOwn(expected, key) && Object.hasOwn(actual, key)
        ? compare(expected[key], actual[key], known, `${path}.${key}`)
        : [{ path: `${path}.${key}`, expected: expected[key], actual: actual[key] }],
    );
  }
  return Object.is(expected, actual) ? [] : [{ path, expected, actual }];
}

function compareLists(expected: readonly unknown[], actual: readonly unknown[], known: Placeholders, path: string) {
  const isSync = path.endsWith('.syncResult.resources');
  const names = [expected, actual].map((list) => list.map(isSync ? syncedName : nameOf));
  if (!names.every((list) => list.every((name) => name !== undefined) && new Set(list).size === list.length))
    return compareByIndex(expected, actual, known, path);
  const [wanted = [], found = []] = names;
  const differences = wanted.flatMap((name, index): Difference[] => {
    const at = found.findIndex((other) => matches(name ?? '', other ?? '', known));
    const place = `${path}[${name ?? ''}]`;
    if (at < 0) return [{ path: place, expected: expected[index], actual: undefined }];
    return compare(expected[index], actual[at], known, place);
  });
  found.forEach((name, index) => {
    if (!wanted.some((other) => matches(other ?? '', name ?? '', known)))
      differences.push({ path: `${path}[${name ?? ''}]`, expected: undefined, actual: actual[index] });
  });
  // Managers were sorted when they were recorded.
  const order = isSync ? [expected, actual].map(orderOfSync) : names;
  const [before = [], after = []] = order;
  if (
    differences.length === 0 &&
    !path.endsWith('.managedFields') &&
    !matches(before.join('\n'), after.join('\n'), known)
  )
    differences.push({ path: `${path} (order)`, expected: before, actual: after });
  return differences;
}

function syncedName(member: unknown): string | undefined {
  if (!isRecord(member)) return undefined;
  return ['syncPhase', 'group', 'kind', 'namespace', 'name'].map((key) => textOf(member[key])).join(' ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

// Upstream writes what is of one kind, what it prunes, and what it refuses to begin, in any order.
function orderOfSync(members: readonly unknown[]): string[] {
  const kinds = members
    .filter(isRecord)
    .filter((member) => member['hookPhase'] !== undefined && member['status'] !== 'Pruned');
  return kinds
    .map((member) => `${textOf(member['syncPhase'])} ${textOf(member['kind'])}`)
    .filter((kind, index, all) => kind !== all[index - 1]);
}

function compareByIndex(expected: readonly unknown[], actual: readonly unknown[], known: Placeholders, path: string) {
  const length = Math.max(expected.length, actual.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) =>
    index < expected.length && index < actual.length
      ? compare(expected[index], actual[index], known, `${path}[${index}]`)
      : [{ path: `${path}[${index}]`, expected: expected[index], actual: actual[index] }],
  );
}

// What a member of a list is known by: managers by who wrote how, conditions by type, objects by name.
function nameOf(member: unknown): string | undefined {
  if (!isRecord(member)) return undefined;
  if (typeof member['manager'] === 'string')
    return [member['operation'], member['manager'], member['subresource'] ?? '', member['apiVersion']]
      .map(String)
      .join(' ');
  for (const key of ['type', 'id', 'name']) if (typeof member[key] === 'string') return member[key];
  return undefined;
}

/** Whether a value is a mapping. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A difference as a person reads it: path, expected, got. */
export function formatDifference({ path, expected, actual }: Difference): string {
  return `  ${path}\n    expected ${show(expected)}\n    got      ${show(actual)}`;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner)) ?? '?';
}
