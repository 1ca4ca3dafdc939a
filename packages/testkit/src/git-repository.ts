import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Content of a file in a commit: text or bytes, a file with a mode, a symbolic link, or null to delete it. */
export type CommitFile =
  | string
  | Uint8Array
  | { readonly content: string | Uint8Array; readonly executable?: boolean }
  | { readonly link: string }
  | null;

export interface CommitOptions {
  /** Default `main`. Made when it is missing. */
  readonly branch?: string;
  /** Starts anew without history: with a branch that exists this is a force-push. */
  readonly force?: boolean;
  /** Drop all files of the parent first, so that `files` are the whole tree. */
  readonly replace?: boolean;
}

/** A bare repository on disk for tests. Commits are made without a working tree, with fixed author and dates. */
export interface GitRepository {
  readonly directory: string;
  /** `file://` URL. */
  readonly url: string;
  /** Commits `files` (by path) on top of the branch and moves it. Returns the full hash. */
  commit(files: Readonly<Record<string, CommitFile>>, message: string, options?: CommitOptions): Promise<string>;
  /** Makes a tag, annotated when a message is given, on a commit or ref (default `main`). */
  tag(name: string, options?: { readonly at?: string; readonly message?: string }): Promise<void>;
  deleteBranch(branch: string): Promise<void>;
  /** Writes an object as it is, without any check, for hostile trees. Returns its hash. */
  writeObject(type: 'blob' | 'tree' | 'commit' | 'tag', content: string | Uint8Array): Promise<string>;
  /** Points a full ref name at an object. */
  setRef(ref: string, object: string): Promise<void>;
  /** Runs git in the repository and returns its stdout, trimmed. Fails with its stderr. */
  git(...args: readonly string[]): Promise<string>;
}

/** The commit dates of tests start here, one second apart. */
const FIRST_DATE = 1_767_225_600;

/** Makes a bare repository with HEAD at `main` in `directory`, or opens the one that is there. */
export async function createGitRepository(directory: string): Promise<GitRepository> {
  mkdirSync(directory, { recursive: true });
  const git = (args: readonly string[], input?: string | Uint8Array): Promise<string> => run(directory, args, input);
  await git(['init', '--quiet', '--bare', '--initial-branch=main', '.']);
  await git(['config', 'http.receivepack', 'true']);
  let commits = 0;
  return {
    directory,
    url: pathToFileURL(directory).href,
    commit: async (files, message, options = {}) => {
      const ref = `refs/heads/${options.branch ?? 'main'}`;
      const parent = options.force === true ? '' : await git(['for-each-ref', '--format=%(objectname)', ref]);
      const date = FIRST_DATE + commits++;
      await git(['fast-import', '--quiet', '--force'], importStream({ ref, parent, date, message, files, options }));
      return git(['rev-parse', ref]);
    },
    tag: async (name, options = {}) => {
      const message = options.message === undefined ? [] : ['-a', '-m', options.message];
      await git(['tag', '--force', ...message, name, options.at ?? 'main']);
    },
    deleteBranch: async (branch) => void (await git(['update-ref', '-d', `refs/heads/${branch}`])),
    writeObject: (type, content) => git(['hash-object', '--literally', '-w', '-t', type, '--stdin'], content),
    setRef: async (ref, object) => void (await git(['update-ref', ref, object])),
    git: (...args) => git(args),
  };
}

interface Import {
  readonly ref: string;
  readonly parent: string;
  readonly date: number;
  readonly message: string;
  readonly files: Readonly<Record<string, CommitFile>>;
  readonly options: CommitOptions;
}

/** One commit in the language of `git fast-import`. */
function importStream({ ref, parent, date, message, files, options }: Import): Buffer {
  const chunks: Buffer[] = [];
  const put = (...parts: readonly (string | Uint8Array)[]): void => {
    for (const part of parts) chunks.push(typeof part === 'string' ? Buffer.from(part) : Buffer.from(part));
  };
  const data = (content: string | Uint8Array): void => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    put(`data ${bytes.length}\n`, bytes, '\n');
  };
  put(`commit ${ref}\ncommitter Test <test@capstan.example> ${date} +0000\n`);
  data(message);
  if (parent !== '') put(`from ${parent}\n`);
  if (options.replace === true) put('deleteall\n');
  for (const [path, file] of Object.entries(files)) {
    const quoted = JSON.stringify(path);
    if (file === null) {
      put(`D ${quoted}\n`);
      continue;
    }
    const plain = typeof file === 'string' || file instanceof Uint8Array;
    const mode = plain ? '100644' : 'link' in file ? '120000' : file.executable === true ? '100755' : '100644';
    put(`M ${mode} inline ${quoted}\n`);
    data(plain ? file : 'link' in file ? file.link : file.content);
  }
  return Buffer.concat(chunks);
}

function run(cwd: string, args: readonly string[], input?: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: cwd,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'Test',
        GIT_AUTHOR_EMAIL: 'test@capstan.example',
        GIT_COMMITTER_NAME: 'Test',
        GIT_COMMITTER_EMAIL: 'test@capstan.example',
        GIT_COMMITTER_DATE: `${FIRST_DATE} +0000`,
      },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString().trim());
      else reject(new Error(`git ${args.join(' ')} ended with ${code}: ${Buffer.concat(err).toString()}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}
