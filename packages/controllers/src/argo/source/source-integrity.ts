import { digestJson } from '@capstan/object';
import {
  checkPgpSignature,
  readSignedCommit,
  readSignedTag,
  type GitHistory,
  type GitRequest,
  type PgpStatus,
  type Revision,
  type SignedObject,
} from '@capstan/source';
import type { Engine } from '../../runtime/engine.ts';
import type { Source } from '../application.ts';
import type { ProjectSpec } from '../project/project-spec.ts';
import { gpgPolicy, keyIdOf, type GpgPolicy } from './integrity-policy.ts';
import type { Keyring, SignatureKeys } from './signature-keys.ts';

/** A revision of a source, and how its repository is reached. */
export interface SignedSource {
  readonly source: Source;
  readonly request: GitRequest;
  readonly revision: Revision;
}

/** Problems that are told, at most. */
const MAX_PROBLEMS = 10;
/** The trailer of a commit that vouches for all before it. */
const SEAL = 'Argocd-gpg-seal:';
const MAX_ANSWERS = 10_000;
/** How long an answer holds: keys expire, and a tag may be signed anew. */
const HOLDS_MS = { good: 3_600_000, bad: 60_000 };

const words: Readonly<Record<Exclude<PgpStatus, 'good'>, string>> = {
  bad: 'bad signature',
  'expired-signature': 'expired signature',
  'expired-key': 'signed with expired key',
  'revoked-key': 'signed with revoked key',
  'missing-key': 'signed with key not in keyring',
  unsigned: 'unsigned',
};

interface Answer {
  readonly at: number;
  readonly problems: Promise<readonly string[]>;
  holdsMs: number;
}

/** Holds revisions to what projects ask of their signatures. An answer serves all who ask the same of one commit. */
export class SourceIntegrity {
  readonly #engine: Pick<Engine, 'git' | 'clock'>;
  readonly #keys: Pick<SignatureKeys, 'current'>;
  readonly #answers = new Map<string, Answer>();

  constructor(engine: Pick<Engine, 'git' | 'clock'>, keys: Pick<SignatureKeys, 'current'>) {
    this.#engine = engine;
    this.#keys = keys;
  }

  /**
   * What is wrong with the signatures of a revision, in Argo CD's words; nothing where the project asks for none. Throws
   * GIT_*, SOURCE_INTEGRITY_INVALID.
   */
  async problems(project: ProjectSpec, signed: SignedSource): Promise<readonly string[]> {
    const policy = gpgPolicy(project, signed.source.repoURL);
    if (policy === undefined) return [];
    const keyring = await this.#keys.current();
    const { commit, reference } = signed.revision;
    const key = digestJson([signed.request.url, commit, reference, keyring.digest, policy.mode, policy.keys]);
    const now = this.#engine.clock.monotonic();
    const known = this.#answers.get(key);
    if (known !== undefined && now - known.at < known.holdsMs) return known.problems;
    const answer: Answer = { at: now, problems: this.#verify(policy, keyring, signed), holdsMs: HOLDS_MS.good };
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MAX_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
    answer.problems.then(
      (problems) => {
        if (problems.length > 0) answer.holdsMs = HOLDS_MS.bad;
      },
      () => {
        if (this.#answers.get(key) === answer) this.#answers.delete(key);
      },
    );
    return answer.problems;
  }

  async #verify(policy: GpgPolicy, keyring: Keyring, signed: SignedSource): Promise<readonly string[]> {
    const { git, clock } = this.#engine;
    const { request, revision } = signed;
    const report = new Report(policy, keyring, new Date(clock.now()));
    const tag = await git.readTag(request, revision);
    if (tag !== undefined) await report.add(revision.reference.slice('refs/tags/'.length), readSignedTag(tag));
    if (policy.mode === 'head') {
      if (tag === undefined)
        await report.add(revision.commit, readSignedCommit(await git.readCommit(request, revision)));
      return report.problems;
    }
    await git.withHistory(request, revision, async (history) => {
      for (const commit of await wanted(report, history, revision)) {
        if (report.isFull) return;
        await report.add(commit, readSignedCommit(await history.read(commit)));
      }
    });
    return report.problems;
  }
}

/** The commits whose signatures count: all, as far back as those that are sealed by a good signature. */
async function wanted(report: Report, history: GitHistory, { commit }: Revision): Promise<readonly string[]> {
  const seals: string[] = [];
  for (const sealed of await history.commits({ mentioning: SEAL })) {
    const { status } = await report.check(readSignedCommit(await history.read(sealed)));
    if (status === 'good') seals.push(sealed);
  }
  if (seals.length === 0) return history.commits();
  return seals[0] === commit ? [commit] : history.commits({ beyond: seals });
}

/** What is wrong with some signatures: ten problems at most, and of each key that signs commits only the first. */
class Report {
  readonly problems: string[] = [];
  readonly #allowed: ReadonlySet<string>;
  readonly #keyring: Keyring;
  readonly #now: Date;
  readonly #told = new Set<string>();

  constructor({ keys }: GpgPolicy, keyring: Keyring, now: Date) {
    this.#allowed = new Set(keys.map(keyIdOf).filter((key) => key !== undefined));
    this.#keyring = keyring;
    this.#now = now;
  }

  get isFull(): boolean {
    return this.problems.length >= MAX_PROBLEMS;
  }

  check({ payload, signature }: SignedObject): ReturnType<typeof checkPgpSignature> {
    return checkPgpSignature(payload, signature, this.#keyring.keyrings, this.#now);
  }

  async add(revision: string, object: SignedObject): Promise<void> {
    const { status, keyId } = await this.check(object);
    if (this.isFull || (status === 'good' && this.#allowed.has(keyId))) return;
    if (object.kind === 'commit' && keyId !== '') {
      if (this.#told.has(keyId)) return;
      this.#told.add(keyId);
    }
    const why = status === 'good' ? 'signed with unallowed key' : words[status];
    const { name, address } = object;
    // As upstream prints taggers and authors.
    const who = object.kind === 'tag' ? `${name} "<${address}>"` : `${name} <${address}>`;
    this.problems.push(`Failed verifying revision ${revision} by '${who}': ${why} (key_id=${keyId})`);
  }
}
