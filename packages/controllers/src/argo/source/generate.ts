import { CapstanError, isCapstanError, messageOf, retryPolicyOf } from '@capstan/errors';
import type { KubernetesObject } from '@capstan/object';
import type { GitRequest } from '@capstan/source';
import type { EvaluationError, Permit, Run, Shared } from '../application/run.ts';
import type { Source } from '../application.ts';
import { refuseUnhonouredObject } from '../honoured.ts';
import { instanceName } from '../tracking.ts';
import type { SignedSource } from './source-integrity.ts';
import { sourceRequest } from './source-request.ts';
import { isRefOnly, refProblem, sourceTitle, type SourceSet } from './source-set.ts';

const GIT_TIMEOUT_SECONDS = 60;

/** What is read: sources at revisions, as seen within the last `maxAgeMs` milliseconds. */
export interface Wanted {
  readonly sources: SourceSet;
  readonly revisions: readonly string[];
  readonly maxAgeMs: number;
  /** Manifests that take the place of what the sources hold. */
  readonly manifests?: readonly string[] | undefined;
}

/** What one source holds at a commit. A source that only lends its files has no objects and no type. */
export interface Generated {
  readonly revision: string;
  readonly sourceType: string;
  readonly objects: readonly KubernetesObject[];
}

/** What all sources hold, in their order, or why the first of them that fails cannot be read. */
export type Generation =
  | { readonly kind: 'generated'; readonly sources: readonly Generated[] }
  | { readonly kind: 'failed'; readonly error: EvaluationError };

/** Reads and renders every source. Throws what is not the sources' fault. */
export async function generate(run: Run, permit: Permit, wanted: Wanted): Promise<Generation> {
  const { sources } = wanted;
  const problem = refProblem(sources);
  if (problem !== undefined)
    return failed(`Failed to load target state: failed to get ref sources: ${problem}`, { transient: false });
  const settled = await Promise.allSettled(
    sources.list.map((source, index) => generateOne(run, permit, source, { ...wanted, index })),
  );
  const generated: Generated[] = [];
  const unsigned: string[] = [];
  for (const [index, outcome] of settled.entries()) {
    if (outcome.status === 'fulfilled') {
      generated.push(outcome.value);
      continue;
    }
    const error: unknown = outcome.reason;
    if (run.signal.aborted || !isOfSource(error)) throw error;
    if (isCapstanError(error, 'GIT_SIGNATURE_INVALID')) unsigned.push(error.message);
    else return failureOf(error, index, sources.list.length);
  }
  if (unsigned.length > 0) return failed(unsigned.join('\n'), { transient: false });
  return { kind: 'generated', sources: generated };
}

async function generateOne(
  run: Run,
  permit: Permit,
  source: Source,
  { sources, revisions, maxAgeMs, index }: Wanted & { readonly index: number },
): Promise<Generated> {
  const { shared } = run;
  const text = revisions[index] ?? '';
  const request = await gitRequest(run, permit, source);
  const found = await run.aside(
    shared.revisions.resolve(request, text === '' ? 'HEAD' : text, maxAgeMs, run.signal, source.tagPrefix),
  );
  const signed = { source, request, revision: found };
  await run.aside(verify(run, permit, signed, sources.list.length > 1 ? sourceTitle(sources, index) : ''));
  if (sources.multiple && isRefOnly(source)) return { revision: found.commit, sourceType: '', objects: [] };
  const tree = await run.aside(shared.revisions.tree(request, found, shared.settings().submodules));
  const { manifests } = await shared.engine.renderer.render({
    owner: run.owner,
    tree,
    request: await sourceRequest(tree, source, {
      application: run.application.object,
      name: instanceName(run.application.ref, shared.namespace),
      namespace: permit.destination.namespace,
      project: permit.projectName,
      revision: found.commit,
      settings: shared.settings(),
    }),
    // As upstream: bases elsewhere are fetched, with the source's own credentials where they are on its server.
    remotes: { source: request },
    signal: run.signal,
  });
  const objects = manifests.objects.map(({ object }) => object);
  for (const object of objects) refuseUnhonouredObject(object);
  return { revision: found.commit, sourceType: manifests.sourceType, objects };
}

/** Holds a revision to what the project asks of signatures. Throws GIT_SIGNATURE_INVALID with all that is wrong. */
async function verify(run: Run, permit: Permit, signed: SignedSource, title: string): Promise<void> {
  const problems = await run.shared.integrity.problems(permit.project, signed);
  if (problems.length === 0) return;
  const before = title === '' ? 'GIT/GPG: ' : `GIT/GPG: ${title}: `;
  throw new CapstanError('GIT_SIGNATURE_INVALID', problems.map((problem) => before + problem).join('\n'));
}

/** How a source's repository is reached. Throws GIT_CREDENTIALS_INVALID. */
function gitRequest(run: Run, permit: Permit, source: Source): Promise<GitRequest> {
  return gitRequestTo(run.shared, source.repoURL, permit.projectName);
}

/** How a repository is reached on behalf of a project. Throws GIT_CREDENTIALS_INVALID. */
export async function gitRequestTo(
  shared: Pick<Shared, 'secrets'>,
  repoURL: string,
  projectName: string,
): Promise<GitRequest> {
  const { credentials } = await shared.secrets.find(repoURL, projectName);
  return {
    url: repoURL,
    timeoutSeconds: GIT_TIMEOUT_SECONDS,
    ...(credentials === undefined ? {} : { credentials }),
  };
}

/** Failures of Git, of what it holds, and of what we make of it: they are told, and leave everything as it is. */
export function isOfSource(error: unknown): boolean {
  return (
    isCapstanError(error) &&
    /^(GIT|RENDER|REMOTE|YAML|TREE|POOL|OBJECT|JSON|PATCH|NOT_HONOURED|SOURCE)/.test(error.code)
  );
}

/** An error as it stands in status: in Argo CD's words where it has some. */
export function failureOf(
  error: unknown,
  index: number,
  count: number,
): { readonly kind: 'failed'; readonly error: EvaluationError } {
  const said = messageOf(error);
  if (isCapstanError(error, 'NOT_HONOURED')) return failed(said, { transient: false });
  const asked = isCapstanError(error) ? error.data['reference'] : undefined;
  const words =
    isCapstanError(error, 'GIT_REF_NOT_FOUND') && typeof asked === 'string'
      ? `unable to resolve '${asked}' to a commit SHA`
      : isCapstanError(error, 'GIT_AUTH_FAILED')
        ? `failed to list refs: authentication required: ${said}`
        : isCapstanError(error) && error.code.startsWith('GIT_') && !isCapstanError(error, 'GIT_REF_NOT_FOUND')
          ? `failed to list refs: ${said}`
          : said;
  return failed(
    `Failed to load target state: failed to generate manifest for source ${index + 1} of ${count}: rpc error: code = Unknown desc = ${words}`,
    { transient: retryPolicyOf(error) === 'transient' },
  );
}

function failed(
  message: string,
  { transient }: { readonly transient: boolean },
): { readonly kind: 'failed'; readonly error: EvaluationError } {
  return { kind: 'failed', error: { message, transient } };
}
