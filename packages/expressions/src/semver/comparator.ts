import { comparePrereleases, compareVersions, formatVersion, type SemanticVersion } from './version.ts';

/** One comparison of a constraint. */
export interface Comparator {
  /** As written: `''`, `=`, `!=`, `>`, `<`, `>=`, `=>`, `<=`, `=<`, `~`, `~>`, `^`. */
  readonly operator: string;
  /** The version as written, wildcards included. */
  readonly operand: string;
  /** The operand with zeros for what it leaves open. */
  readonly version: SemanticVersion;
  /** Which segments the operand leaves open: from the first (`*`), the second (`1.x`), the third (`1.2`), or none. */
  readonly wildcard: 'all' | 'minor' | 'patch' | 'none';
}

/** Why a version does not pass a comparator, in upstream's words; undefined when it passes. */
export function checkComparator(
  version: SemanticVersion,
  comparator: Comparator,
  prereleases: boolean,
): string | undefined {
  if (version.prerelease !== '' && !prereleases) {
    return `${quoted(version)} is a prerelease version and the constraint is only looking for release versions`;
  }
  switch (comparator.operator) {
    case '!=':
      return isUnequal(version, comparator) ? undefined : says(version, 'is equal to', comparator);
    case '>':
      return isGreater(version, comparator) ? undefined : says(version, 'is less than or equal to', comparator);
    case '<':
      return compareVersions(version, comparator.version) < 0
        ? undefined
        : says(version, 'is greater than or equal to', comparator);
    case '>=':
    case '=>':
      return compareVersions(version, comparator.version) >= 0 ? undefined : says(version, 'is less than', comparator);
    case '<=':
    case '=<':
      return isAtMost(version, comparator) ? undefined : says(version, 'is greater than', comparator);
    case '~':
    case '~>':
      return checkTilde(version, comparator);
    case '^':
      return checkCaret(version, comparator);
    default:
      if (comparator.wildcard !== 'none') return checkTilde(version, comparator);
      return compareVersions(version, comparator.version) === 0
        ? undefined
        : says(version, 'is not equal to', comparator);
  }
}

/** An operand with an open segment stands for everything that it could be. `!=*` compares with 0.0.0. */
function isUnequal(version: SemanticVersion, { version: than, wildcard }: Comparator): boolean {
  if (wildcard === 'minor') return version.major !== than.major;
  if (wildcard === 'patch') {
    if (version.major !== than.major || version.minor !== than.minor) return true;
    return comparePrereleases(version.prerelease, than.prerelease) !== 0;
  }
  return compareVersions(version, than) !== 0;
}

/** `>11` means 12 or more, `>11.1` means 11.2 or more. */
function isGreater(version: SemanticVersion, { version: than, wildcard }: Comparator): boolean {
  if (wildcard !== 'none' && version.major !== than.major) return version.major > than.major;
  if (wildcard === 'minor') return false;
  if (wildcard === 'patch') return version.minor > than.minor;
  return compareVersions(version, than) > 0;
}

/** `<=11` takes all of 11, `<=11.1` all of 11.1. `<=*` takes what begins with 0.0. */
function isAtMost(version: SemanticVersion, { version: than, wildcard }: Comparator): boolean {
  if (wildcard === 'none') return compareVersions(version, than) <= 0;
  if (version.major !== than.major) return version.major < than.major;
  return wildcard === 'minor' || version.minor <= than.minor;
}

/** At least the operand, and the same in what it names, the patch aside. `~0.0.0` and `~*` take everything. */
function checkTilde(version: SemanticVersion, comparator: Comparator): string | undefined {
  const { version: than, wildcard } = comparator;
  if (compareVersions(version, than) < 0) return says(version, 'is less than', comparator);
  const isZero = than.major === 0n && than.minor === 0n && than.patch === 0n;
  if (isZero && wildcard !== 'minor' && wildcard !== 'patch') return undefined;
  if (version.major !== than.major) return says(version, 'does not have same major version as', comparator);
  if (version.minor !== than.minor && wildcard !== 'minor') {
    return says(version, 'does not have same major and minor version as', comparator);
  }
  return undefined;
}

/** At least the operand, and the same up to its first segment that is not zero. */
function checkCaret(version: SemanticVersion, comparator: Comparator): string | undefined {
  const { version: than, wildcard } = comparator;
  if (compareVersions(version, than) < 0) return says(version, 'is less than', comparator);
  const sameMajor = version.major === than.major;
  if (than.major > 0n || wildcard === 'minor') {
    return sameMajor ? undefined : says(version, 'does not have same major version as', comparator);
  }
  if (!sameMajor) return says(version, 'does not have same major version as', comparator);
  if (than.minor > 0n || wildcard === 'patch') {
    if (version.minor === than.minor) return undefined;
    const expectation = 'Expected minor versions to match when constraint major version is 0';
    return `${says(version, 'does not have same minor version as', comparator)}. ${expectation}`;
  }
  if (version.minor !== 0n) return says(version, 'does not have same minor version as', comparator);
  if (version.patch === than.patch) return undefined;
  const expectation = 'Expect version and constraint to equal when major and minor versions are 0';
  return `${says(version, 'does not equal', comparator)}. ${expectation}`;
}

function says(version: SemanticVersion, relation: string, comparator: Comparator): string {
  return `${quoted(version)} ${relation} ${JSON.stringify(comparator.operand)}`;
}

function quoted(version: SemanticVersion): string {
  return JSON.stringify(formatVersion(version));
}
