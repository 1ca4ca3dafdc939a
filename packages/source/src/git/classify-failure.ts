import { CapstanError, type ErrorCode } from '@capstan/errors';

/** What git's stderr (in the C locale) says, most specific first. The first that matches decides. */
const PATTERNS: readonly {
  readonly when: RegExp;
  readonly code: ErrorCode & `GIT_${string}`;
  readonly what: string;
}[] = [
  {
    when: /host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|no .* host key is known for/i,
    code: 'GIT_HOST_KEY',
    what: 'the SSH host key is not in known_hosts; add it or correct it',
  },
  {
    when: /authentication failed|invalid credentials|could not read (username|password)|terminal prompts disabled|permission denied \(|returned error: 40[13]|load key .*(invalid format|error in libcrypto|incorrect passphrase)/i,
    code: 'GIT_AUTH_FAILED',
    what: 'the server does not accept the credentials, or asks for some',
  },
  {
    when: /couldn't find remote ref|remote ref does not exist|not our ref|unadvertised object|bad object|no such remote ref/i,
    code: 'GIT_REF_NOT_FOUND',
    what: 'the repository has no such reference or commit',
  },
  {
    when: /repository .* (not found|does not exist)|repository not found|returned error: 404|does not appear to be a git repository|project you were looking for could not be found/i,
    code: 'GIT_REPOSITORY_NOT_FOUND',
    what: 'the server has no such repository, or does not show it with these credentials',
  },
  {
    when: /could not resolve host|could not resolve hostname|name or service not known|couldn't connect to server|failed to connect|connection (refused|timed out|reset|closed)|network is unreachable|no route to host|operation timed out|empty reply from server|returned error: 5\d\d|unable to look up|recv failure|early eof|remote end hung up|unexpected disconnect/i,
    code: 'GIT_UNREACHABLE',
    what: 'the server cannot be reached or ended the connection',
  },
  {
    when: /ssl|tls|certificate/i,
    code: 'GIT_UNREACHABLE',
    what: "the server's certificate is not trusted, or TLS failed",
  },
  { when: /transport '.*' not allowed/i, code: 'GIT_URL_INVALID', what: 'the protocol is not allowed' },
];

/** What git says where something answered that may be no Git host; a page of such a server may be meant for others. */
const NO_ANSWER_OF_GIT = /requested URL returned error: (?!40[134]\b)|not valid: is this a git repository/i;

/** Characters of git's own words that an error carries. */
const MAX_DETAIL = 400;

/** The CapstanError for a failed git run. `stderr` must have been scrubbed. `doing` reads like `list references of URL`. */
export function classifyFailure(doing: string, stderr: string, code: number): CapstanError {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) => line !== '' && !/^(warning|hint|remote: (Enumerating|Counting|Compressing|Total)|From )/i.test(line),
    )
    .filter((line) => !NO_ANSWER_OF_GIT.test(stderr) || !/^remote:/i.test(line));
  const match = PATTERNS.find(({ when }) => when.test(stderr));
  const detail = lines.join('; ').slice(0, MAX_DETAIL);
  const said = detail === '' ? `exit code ${code}` : detail;
  return new CapstanError(
    match?.code ?? 'GIT_FAILED',
    match === undefined ? `cannot ${doing}: git says: ${said}` : `cannot ${doing}: ${match.what} (git says: ${said})`,
    { data: { exitCode: code } },
  );
}
