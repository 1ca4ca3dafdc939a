/**
 * A semantic version as Masterminds/semver v3 reads it. Segments are unsigned 64-bit numbers; `original` is the text
 * that it was read from.
 */
export interface SemanticVersion {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Without the dash; '' for a release. */
  readonly prerelease: string;
  /** Without the plus; '' for none. Plays no part in comparisons. */
  readonly metadata: string;
  readonly original: string;
}

/** Why a text is no version, in upstream's words. */
export type VersionFault =
  | 'version string empty'
  | 'invalid semantic version'
  | 'invalid characters in version'
  | 'version segment starts with 0'
  | 'invalid metadata string'
  | 'invalid prerelease string'
  | 'version segment out of range';

/**
 * How forgiving reading is. `coerce`, upstream's default: a leading `v`, missing segments and leading zeros are fine.
 * `exact`: leading zeros are not. `strict`: three segments and nothing before them, as the specification has it.
 */
export type VersionMode = 'coerce' | 'exact' | 'strict';

/** The version, or what is wrong with the text. */
export type VersionResult =
  { readonly ok: true; readonly version: SemanticVersion } | { readonly ok: false; readonly fault: VersionFault };

const MAX_SEGMENT = 2n ** 64n - 1n;
/** Longest text that is looked at. */
const MAX_VERSION_LENGTH = 1024;

/** Reads a version. Never throws. */
export function parseVersion(text: string, mode: VersionMode = 'coerce'): VersionResult {
  if (text.length > MAX_VERSION_LENGTH) return fail('invalid semantic version');
  return mode === 'strict' ? parseStrict(text) : parseLoose(text, mode);
}

function parseLoose(text: string, mode: 'coerce' | 'exact'): VersionResult {
  const rest = text.startsWith('v') ? text.slice(1) : text;
  const end = rest.search(/[^0-9.]/);
  const core = end < 0 ? rest : rest.slice(0, end);
  const extra = end < 0 ? '' : rest.slice(end);
  const segments = core.split('.');
  if (segments.length > 3 || segments.includes('')) return fail('invalid semantic version');
  const [prerelease, metadata] = splitExtra(extra);
  if (prerelease === undefined || metadata === undefined) return fail('invalid semantic version');
  const fault = extraFault(prerelease, metadata);
  if (mode === 'exact' && segments.some(hasLeadingZero)) return fail('version segment starts with 0');
  if (mode === 'exact' && fault === 'invalid prerelease string') return fail('invalid semantic version');
  if (fault !== undefined) return fail(fault === 'version segment starts with 0' ? fault : 'invalid semantic version');
  return build(segments, prerelease, metadata, text);
}

function parseStrict(text: string): VersionResult {
  if (text === '') return fail('version string empty');
  const [major, minor, ...others] = text.split('.');
  if (major === undefined || minor === undefined || others.length === 0) return fail('invalid semantic version');
  const [beforePlus = '', metadata] = cut(others.join('.'), '+');
  if (metadata !== undefined && metadataFault(metadata) !== undefined) return fail('invalid metadata string');
  const [patch = '', prerelease] = cut(beforePlus, '-');
  const fault = prerelease === undefined ? undefined : prereleaseFault(prerelease);
  if (fault !== undefined) return fail(fault);
  const segments = [major, minor, patch];
  for (const segment of segments) {
    if (!isDigits(segment)) return fail('invalid characters in version');
    if (hasLeadingZero(segment)) return fail('version segment starts with 0');
  }
  return build(segments, prerelease ?? '', metadata ?? '', text);
}

function build(segments: readonly string[], prerelease: string, metadata: string, original: string): VersionResult {
  const [major = 0n, minor = 0n, patch = 0n] = segments.map((segment) => BigInt(segment));
  if ([major, minor, patch].some((segment) => segment > MAX_SEGMENT)) return fail('version segment out of range');
  return { ok: true, version: { major, minor, patch, prerelease, metadata, original } };
}

/** Text after the segments into prerelease and metadata; undefined where the text is neither. */
function splitExtra(extra: string): readonly [string | undefined, string | undefined] {
  const [before = '', metadata] = cut(extra, '+');
  if (metadata === '') return ['', undefined];
  if (before === '') return ['', metadata ?? ''];
  return before.startsWith('-') && before.length > 1 ? [before.slice(1), metadata ?? ''] : [undefined, metadata ?? ''];
}

function extraFault(prerelease: string, metadata: string): VersionFault | undefined {
  return (
    (metadata === '' ? undefined : metadataFault(metadata)) ??
    (prerelease === '' ? undefined : prereleaseFault(prerelease))
  );
}

/** What is wrong with a prerelease (without its dash), as upstream's validation says; undefined when nothing is. */
export function prereleaseFault(text: string): VersionFault | undefined {
  for (const part of text.split('.')) {
    if (!isIdentifier(part)) return 'invalid prerelease string';
    if (isDigits(part) && hasLeadingZero(part)) return 'version segment starts with 0';
  }
  return undefined;
}

/** What is wrong with metadata (without its plus); undefined when nothing is. */
export function metadataFault(text: string): VersionFault | undefined {
  return text.split('.').every(isIdentifier) ? undefined : 'invalid metadata string';
}

/** `major.minor.patch-prerelease+metadata`, without a leading `v`. */
export function formatVersion(version: Omit<SemanticVersion, 'original'>): string {
  const { major, minor, patch, prerelease, metadata } = version;
  const core = `${major}.${minor}.${patch}`;
  return `${core}${prerelease === '' ? '' : `-${prerelease}`}${metadata === '' ? '' : `+${metadata}`}`;
}

/** A version with other parts, whose `original` keeps a leading `v`. */
export function changeVersion(version: SemanticVersion, change: Partial<SemanticVersion>): SemanticVersion {
  const next = { ...version, ...change };
  return { ...next, original: `${version.original.startsWith('v') ? 'v' : ''}${formatVersion(next)}` };
}

/** The next version of a part, as upstream's Inc functions: the patch of a prerelease is its release. */
export function incrementVersion(version: SemanticVersion, part: 'major' | 'minor' | 'patch'): SemanticVersion {
  const bare = { prerelease: '', metadata: '' };
  switch (part) {
    case 'major':
      return changeVersion(version, { ...bare, major: version.major + 1n, minor: 0n, patch: 0n });
    case 'minor':
      return changeVersion(version, { ...bare, minor: version.minor + 1n, patch: 0n });
    case 'patch':
      return changeVersion(version, { ...bare, patch: version.prerelease === '' ? version.patch + 1n : version.patch });
  }
}

/** Negative, zero or positive as `a` comes before, with or after `b`. Metadata does not count. */
export function compareVersions(a: SemanticVersion, b: SemanticVersion): number {
  for (const part of ['major', 'minor', 'patch'] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** Order of two prereleases; none comes after any. */
export function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareIdentifiers(left[index], right[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const left = numberOf(a);
  const right = numberOf(b);
  if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
  if (left !== undefined || right !== undefined) return left !== undefined ? -1 : 1;
  return a < b ? -1 : 1;
}

/** Numeric identifiers are those that fit 64 bits; longer ones compare as text, as upstream's parser has it. */
function numberOf(text: string): bigint | undefined {
  if (!isDigits(text)) return undefined;
  const value = BigInt(text);
  return value > MAX_SEGMENT ? undefined : value;
}

function cut(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function isDigits(text: string): boolean {
  return /^[0-9]*$/.test(text);
}

function isIdentifier(text: string): boolean {
  return /^[0-9A-Za-z-]+$/.test(text);
}

function hasLeadingZero(segment: string): boolean {
  return segment.length > 1 && segment.startsWith('0');
}

function fail(fault: VersionFault): VersionResult {
  return { ok: false, fault };
}
