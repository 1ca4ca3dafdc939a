import type { GitRepository } from '@capstan/api';
import { canonicalJson } from '@capstan/object';
import { commitOfRevision } from './reference.ts';

type Spec = NonNullable<GitRepository['spec']>;
type Status = NonNullable<GitRepository['status']>;
type ArtifactStatus = NonNullable<Status['artifact']>;
type IncludeSpec = NonNullable<Spec['include']>[number];

/** Another source's content that is copied in. */
export interface IncludedContent {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly artifact: Pick<ArtifactStatus, 'revision' | 'digest'>;
}

/** What the content of a source is made of. */
export interface ContentLayout {
  readonly commit: string;
  readonly ignore: string | undefined;
  /** All of the repository when empty. */
  readonly sparse: readonly string[];
  readonly submodules: boolean;
  readonly includes: readonly IncludedContent[];
}

/** What a spec asks for, at a commit, with the artifacts of what it includes. */
export function wantedLayout(spec: Spec, commit: string, included: readonly ArtifactStatus[]): ContentLayout {
  return {
    commit,
    ignore: spec.ignore,
    sparse: spec.sparseCheckout ?? [],
    submodules: spec.recurseSubmodules === true,
    includes: zip(spec.include ?? [], included),
  };
}

/** What the artifact in a status was made of; undefined where there is none. */
export function storedLayout(status: Status | undefined): ContentLayout | undefined {
  const commit = commitOfRevision(status?.artifact?.revision ?? '');
  if (status === undefined || commit === undefined) return undefined;
  return {
    commit,
    ignore: status.observedIgnore,
    sparse: status.observedSparseCheckout ?? [],
    submodules: status.observedRecurseSubmodules === true,
    includes: zip(status.observedInclude ?? [], status.includedArtifacts ?? []),
  };
}

/** A text that is the same for the same layout. */
export function layoutKey({ commit, ignore, sparse, submodules, includes }: ContentLayout): string {
  return canonicalJson({
    commit,
    ignore: ignore ?? null,
    sparse: [...sparse],
    submodules,
    includes: includes.map(({ name, from, to, artifact: { revision, digest } }) => [name, from, to, revision, digest]),
  });
}

/** What of a spec is noted in status beside its artifact. */
export function observations(spec: Spec, included: readonly ArtifactStatus[]): Partial<Status> {
  return {
    ...(spec.ignore === undefined ? {} : { observedIgnore: spec.ignore }),
    ...((spec.include ?? []).length === 0 ? {} : { observedInclude: spec.include, includedArtifacts: [...included] }),
    ...(spec.recurseSubmodules === true ? { observedRecurseSubmodules: true } : {}),
    ...((spec.sparseCheckout ?? []).length === 0 ? {} : { observedSparseCheckout: spec.sparseCheckout }),
  };
}

/** A status without what is noted of an earlier spec. */
export function withoutObservations(status: Status): Status {
  const {
    observedIgnore: _ignore,
    observedInclude: _include,
    observedRecurseSubmodules: _submodules,
    observedSparseCheckout: _sparse,
    includedArtifacts: _included,
    sourceVerificationMode: _mode,
    ...rest
  } = status;
  return rest;
}

// Status lists the artifacts in the order of the includes.
function zip(specs: readonly IncludeSpec[], artifacts: readonly ArtifactStatus[]): readonly IncludedContent[] {
  return specs.flatMap(({ repository: { name }, fromPath = '', toPath = '' }, index) => {
    const artifact = artifacts[index];
    if (artifact === undefined) return [];
    return [{ name, from: fromPath, to: toPath === '' ? name : toPath, artifact }];
  });
}
