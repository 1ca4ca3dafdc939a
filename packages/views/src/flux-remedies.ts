/** What a state of a Flux resource means, and what a person can do about it. */
export interface Remedy {
  readonly what: string;
  readonly hint: string;
}

interface Known extends Remedy {
  /** What the message says; any where absent. */
  readonly words?: RegExp;
}

const blockedRef = {
  words: /cross-namespace references have been blocked/,
  what: 'It refers to another namespace, which the operator forbids',
  hint: 'refer to its own namespace, or ask the operator about --no-cross-namespace-refs',
};

/** By the reason of the condition; of several the first whose words fit. The last of each fits always. */
const remedies: Readonly<Record<string, readonly Known[]>> = {
  AccessDenied: [
    blockedRef,
    { what: 'It may not go there', hint: 'look at what the message names, and who may read it' },
  ],
  ArtifactFailed: [
    {
      words: /^Source artifact not found/,
      what: 'Its source has fetched nothing yet',
      hint: 'look at the source with `capstan why`',
    },
    { words: /" not found$/, what: 'Its source does not exist', hint: 'create it, or mend spec.sourceRef' },
    {
      words: /^kustomization path not found/,
      what: 'Its source has no such folder',
      hint: 'mend spec.path, or push the folder; nothing is pruned meanwhile',
    },
    { what: 'What its source holds cannot be read', hint: 'look at the source with `capstan why`' },
  ],
  BuildFailed: [
    {
      words: /substitute from '.*' error/,
      what: 'Values for its variables cannot be read',
      hint: 'create the ConfigMap or Secret, or mark it optional in spec.postBuild.substituteFrom',
    },
    {
      words: /^post build failed/,
      what: 'Its variables cannot be put in',
      hint: 'set what the message names in spec.postBuild, give it a default (`${name:=value}`), or write `$${` to mean it literally',
    },
    {
      words: /decrypt/i,
      what: 'What SOPS encrypted cannot be decrypted',
      hint: 'check the Secret that spec.decryption.secretRef names, and for which keys the file was encrypted',
    },
    { what: 'Its folder does not build', hint: 'build it with `capstan build`' },
  ],
  DependencyNotReady: [
    {
      words: /not found/,
      what: 'Something that it depends on does not exist',
      hint: 'create it, or mend spec.dependsOn',
    },
    {
      words: /readyExpr/,
      what: 'Something that it depends on is not ready by its readyExpr',
      hint: 'look at the expression in spec.dependsOn, and at the status that it reads',
    },
    { what: 'Something that it depends on is not ready', hint: 'look at it with `capstan why`' },
  ],
  DriftContested: [
    {
      what: 'Somebody keeps changing one of its objects back',
      hint: 'stop whoever the message names, or leave the field to them (take it out of Git, or mark the object `kustomize.toolkit.fluxcd.io/ssa: Merge`)',
    },
  ],
  FeatureGateDisabled: [
    { what: 'It needs a feature gate that is off', hint: 'take the field that the message names away' },
  ],
  HealthCheckCanceled: [
    { what: 'Its health check has made way for something newer', hint: 'wait for the reconcile that follows' },
  ],
  HealthCheckFailed: [
    {
      words: /timeout waiting for/,
      what: 'Its objects were not healthy in time',
      hint: 'look at the objects named with `capstan tree`, or give them a longer spec.timeout',
    },
    { what: 'Some of its objects are not healthy', hint: 'look at the objects named with `capstan tree`' },
  ],
  InvalidCELExpression: [
    { what: 'One of its expressions is wrong', hint: 'mend the expression that the message names in the spec' },
  ],
  NotHonoured: [
    {
      what: 'It uses something that Capstan does not honour yet',
      hint: 'remove the field, or leave this resource to its upstream controller',
    },
  ],
  PruneFailed: [
    {
      what: 'What Git has dropped could not be deleted',
      hint: 'look at the rights of its service account and at the finalizers of the objects named; they stay in its inventory',
    },
  ],
  ReconciliationFailed: [
    {
      words: /cannot impersonate|KubeConfig|kubeConfig|kubeconfig/,
      what: 'Its cluster cannot be used',
      hint: 'check the Secret that spec.kubeConfig names',
    },
    {
      words: /\(Forbidden\)|is forbidden|cannot (get|list|patch|create|delete)/,
      what: 'It may not write some of its objects',
      hint: 'give its service account (spec.serviceAccountName) the right that the message names',
    },
    {
      words: /no matches for kind/,
      what: 'The cluster does not know one of its kinds',
      hint: 'apply the CRD first: in this Kustomization, or in one that spec.dependsOn names',
    },
    {
      words: /immutable/,
      what: 'One of its changes touches a field that cannot be changed',
      hint: 'delete the object, set spec.force, or mark it `kustomize.toolkit.fluxcd.io/force: enabled`',
    },
    {
      words: /namespace not specified/,
      what: 'One of its objects names no namespace',
      hint: 'name it in the object, or set spec.targetNamespace',
    },
    {
      words: /namespaces? ".*" not found/,
      what: 'A namespace that it writes to does not exist',
      hint: 'put it into Git, or create it',
    },
    {
      words: /dry-run failed|apply failed/,
      what: 'The cluster refuses one of its objects',
      hint: 'mend the object that the message names in Git',
    },
    {
      words: /timeout waiting for|cannot be watched|failed early/,
      what: 'What has to be there first is not',
      hint: 'look at the objects that the message names',
    },
    { what: 'It could not be applied', hint: 'mend what the message names; it is tried again by itself' },
  ],
  SharedResource: [
    {
      what: 'An Application has some of its objects, too',
      hint: 'take the object out of one of them: whoever wrote it first keeps it until then',
    },
  ],
  // Sources.
  ArchiveOperationFailed: [
    { what: 'Its content could not be stored', hint: 'is there room below --cache, and may Capstan write there?' },
  ],
  AuthenticationFailed: [
    {
      words: /proxy/,
      what: 'Its proxy cannot be used',
      hint: 'check the Secret that spec.proxySecretRef names',
    },
    {
      words: /failed to get secret/,
      what: 'Its credentials cannot be read',
      hint: 'create the Secret that spec.secretRef names',
    },
    { what: 'Its credentials cannot be used', hint: 'check the Secret that spec.secretRef names' },
  ],
  CopyFailure: [
    {
      what: 'What it includes could not be laid in',
      hint: 'mend fromPath and toPath in spec.include',
    },
  ],
  EmptyGitRepository: [{ what: 'Its repository has no commit yet', hint: 'push one to the branch of spec.ref' }],
  GitOperationFailed: [
    {
      words: /semver parse error/,
      what: 'Its range of versions cannot be read',
      hint: 'mend spec.ref.semver',
    },
    {
      words: /authentication required|Permission denied|could not read Username/,
      what: 'Its repository lets nobody in without credentials',
      hint: 'name a Secret in spec.secretRef',
    },
    {
      words: /repository not found/,
      what: 'Its repository is not there, or not for these credentials',
      hint: 'check spec.url, and what the Secret of spec.secretRef may read',
    },
    {
      words:
        /couldn't find remote ref|no match found for semver|unable to resolve (?:ref|commit object)|not a commit|no such commit/,
      what: 'Its repository has no such branch, tag or commit',
      hint: 'mend spec.ref, or push it',
    },
    {
      words: /sparse checkout/,
      what: 'Its repository has no such folder',
      hint: 'mend spec.sparseCheckout',
    },
    { what: 'Its repository cannot be read', hint: 'check spec.url, and that the host answers; it is tried again' },
  ],
  InvalidCommitSignature: [
    {
      what: 'The commit bears no signature that counts',
      hint: 'sign it, or put the signer’s public key into the Secret that spec.verify.secretRef names',
    },
  ],
  InvalidGitObject: [{ what: 'The tag is not signed', hint: 'sign the tag, or verify HEAD (spec.verify.mode)' }],
  InvalidProviderConfiguration: [
    {
      what: 'Its provider and its Secret do not go together',
      hint: 'make spec.provider and the data of the Secret of spec.secretRef fit',
    },
  ],
  InvalidTagSignature: [
    {
      what: 'The tag bears no signature that counts',
      hint: 'sign it, or put the signer’s public key into the Secret that spec.verify.secretRef names',
    },
  ],
  InvalidVerificationMode: [
    { what: 'A tag is to be verified, and none is asked for', hint: 'set spec.ref.tag, or spec.verify.mode to HEAD' },
  ],
  NoArtifact: [
    { what: 'What it includes has fetched nothing yet', hint: 'look at the included source with `capstan why`' },
  ],
  NotFound: [{ what: 'What it includes does not exist', hint: 'create the source, or mend spec.include' }],
  URLInvalid: [{ what: 'Its URL cannot be used', hint: 'mend spec.url: http, https or ssh' }],
  VerificationError: [
    {
      what: 'The keys to verify it with cannot be read',
      hint: 'create the Secret that spec.verify.secretRef names',
    },
  ],
};

/** What stands behind a reason and its message; undefined for a reason that nobody has put into words. */
export function remedyOf(reason: string, message: string): Remedy | undefined {
  const known = Object.hasOwn(remedies, reason) ? (remedies[reason] ?? []) : [];
  return known.find(({ words }) => words?.test(message) !== false);
}
