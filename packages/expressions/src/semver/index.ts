export type { Comparator } from './comparator.ts';
export {
  ANY_RELEASE,
  formatConstraint,
  highestMatching,
  isVersionRange,
  parseConstraint,
  reasonsAgainst,
  satisfies,
  type VersionConstraint,
} from './constraint.ts';
export { rewriteHyphenRanges } from './constraint-syntax.ts';
export {
  changeVersion,
  compareVersions,
  formatVersion,
  incrementVersion,
  metadataFault,
  parseVersion,
  prereleaseFault,
  type SemanticVersion,
  type VersionFault,
  type VersionMode,
  type VersionResult,
} from './version.ts';
