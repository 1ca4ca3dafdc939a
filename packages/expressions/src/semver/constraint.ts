import { CapstanError } from '@capstan/errors';
import { checkComparator, type Comparator } from './comparator.ts';
import { comparatorAt, rewriteHyphenRanges, skipBlanks } from './constraint-syntax.ts';
import { compareVersions, parseVersion, type SemanticVersion } from './version.ts';

/** A range of versions as Masterminds/semver v3 reads it: any of `groups` must hold, and in a group everything. */
export interface VersionConstraint {
  readonly groups: readonly (readonly Comparator[])[];
}

/** Longest constraint that is read. */
const MAX_CONSTRAINT_LENGTH = 2048;

/**
 * Reads a constraint: comparators joined by commas or blanks, groups by `||`, `a - b` ranges, `x` and `*` as wildcards.
 * Throws SEMVER_CONSTRAINT_INVALID.
 */
export function parseConstraint(text: string): VersionConstraint {
  if (text.length > MAX_CONSTRAINT_LENGTH)
    throw invalid(`${text.slice(0, 40)}…`, `is longer than ${MAX_CONSTRAINT_LENGTH} characters`);
  return {
    groups: rewriteHyphenRanges(text)
      .split('||')
      .map((group) => parseGroup(group, text)),
  };
}

function parseGroup(group: string, whole: string): readonly Comparator[] {
  const comparators: Comparator[] = [];
  let at = skipBlanks(group, 0);
  for (;;) {
    const next = comparatorAt(group, at);
    if (next === undefined) throw invalid(whole, 'is not a range of versions, such as ">=1.2.0 <2.0.0" or "1.x"');
    comparators.push(toComparator(next.operator, next.operand, whole));
    const blank = skipBlanks(group, next.end);
    if (blank === group.length) return comparators;
    const comma = group[blank] === ',';
    if (!comma && blank === next.end) throw invalid(whole, 'lacks a comma or a blank between two of its parts');
    at = comma ? skipBlanks(group, blank + 1) : blank;
  }
}

function toComparator(operator: string, operand: string, whole: string): Comparator {
  const [core = '', extra = ''] = splitAt(operand, operand.search(/[-+]/));
  const [major = '', minor, patch] = (core.startsWith('v') ? core.slice(1) : core).split('.');
  const wildcard = isWildcard(major) ? 'all' : isWildcard(minor) ? 'minor' : isWildcard(patch) ? 'patch' : 'none';
  const prerelease = extra.startsWith('-') ? extra.split('+')[0] : '';
  const full = {
    all: `0.0.0${prerelease}`,
    minor: `${major}.0.0${prerelease}`,
    patch: `${major}.${minor ?? ''}.0${prerelease}`,
    none: operand,
  }[wildcard];
  const parsed = parseVersion(full);
  if (!parsed.ok) throw invalid(whole, `holds ${JSON.stringify(operand)}: ${parsed.fault}`);
  return { operator, operand, version: parsed.version, wildcard };
}

/** The range that holds every release: what `*` means. */
export const ANY_RELEASE: VersionConstraint = parseConstraint('*');

/** Whether a version lies in a range. A prerelease only does where a group names one itself. */
export function satisfies(version: SemanticVersion, constraint: VersionConstraint, includePrerelease = false): boolean {
  return constraint.groups.some((group) => {
    const prereleases = includePrerelease || namesPrerelease(group);
    return group.every((comparator) => checkComparator(version, comparator, prereleases) === undefined);
  });
}

/** Why a version does not lie in a range, in upstream's words; empty when it does. */
export function reasonsAgainst(
  version: SemanticVersion,
  constraint: VersionConstraint,
  includePrerelease = false,
): readonly string[] {
  const reasons: string[] = [];
  let toldPrerelease = false;
  for (const group of constraint.groups) {
    const prereleases = includePrerelease || namesPrerelease(group);
    const skip = version.prerelease !== '' && !prereleases;
    let holds = true;
    for (const comparator of group) {
      const reason = checkComparator(version, comparator, prereleases);
      if (reason === undefined) continue;
      holds = false;
      if (!skip || !toldPrerelease) reasons.push(reason);
      toldPrerelease ||= skip;
    }
    if (holds) return [];
  }
  return reasons;
}

/** A constraint as upstream prints it. */
export function formatConstraint(constraint: VersionConstraint): string {
  return constraint.groups
    .map((group) => group.map(({ operator, operand }) => `${operator}${operand}`).join(' '))
    .join(' || ');
}

/**
 * The text among `texts` that is the highest version in the range; undefined when none is. Texts that are no versions
 * do not count. Of equal versions the one with the greater text wins, so that the answer does not hang on their order.
 */
export function highestMatching(texts: Iterable<string>, constraint: VersionConstraint): string | undefined {
  let best: SemanticVersion | undefined;
  for (const text of texts) {
    const parsed = parseVersion(text);
    if (!parsed.ok || !satisfies(parsed.version, constraint)) continue;
    const order = best === undefined ? 1 : compareVersions(parsed.version, best);
    if (order > 0 || (order === 0 && best !== undefined && text > best.original)) best = parsed.version;
  }
  return best?.original;
}

/** Whether a text is a range, not one version (`1.0` is one) and not another word: what Argo CD asks of a targetRevision. */
export function isVersionRange(text: string): boolean {
  if (parseVersion(text).ok) return false;
  try {
    parseConstraint(text);
    return true;
  } catch (error) {
    if (error instanceof CapstanError) return false;
    throw error;
  }
}

function namesPrerelease(group: readonly Comparator[]): boolean {
  return group.some((comparator) => comparator.version.prerelease !== '');
}

function isWildcard(segment: string | undefined): boolean {
  return segment === undefined || segment === 'x' || segment === 'X' || segment === '*';
}

function splitAt(text: string, index: number): readonly [string, string] {
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index)];
}

function invalid(text: string, why: string): CapstanError {
  return new CapstanError('SEMVER_CONSTRAINT_INVALID', `improper constraint: ${JSON.stringify(text)} ${why}`, {
    data: { constraint: text },
  });
}
