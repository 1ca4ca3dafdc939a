import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createGitRepository } from '@capstan/testkit';
import { classifyFailure } from './classify-failure.ts';
import { createGitSource } from './git-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'capstan-ssh-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Stands where ssh does: notes how it was called and what it would have read, then serves the repository itself. */
const SSH = `#!/bin/sh
{
  for word in "$@"; do printf '%s\\n' "$word"; done
  while [ $# -gt 1 ]; do
    if [ "$1" = -i ]; then stat -c 'mode %a' "$2"; cat "$2"; fi
    case "$2" in UserKnownHostsFile=*) cat "\${2#UserKnownHostsFile=}";; esac
    shift
  done
  if [ -n "$SSH_ASKPASS" ]; then printf 'passphrase '; "$SSH_ASKPASS"; fi
  printf 'agent [%s]\\n' "$SSH_AUTH_SOCK"
} >> "${folder}/log"
eval "exec $1"
`;

describe('ssh', () => {
  it('is given a key of its own, known hosts and the passphrase, and nothing of the machine', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'ssh'), SSH, { mode: 0o755 });
    const repository = await createGitRepository(join(folder, 'r.git'));
    const commit = await repository.commit({ a: '1' }, 'one');
    const path = process.env['PATH'];
    process.env['PATH'] = `${bin}:${path}`;
    const source = createGitSource({ cacheDirectory: join(folder, 'a folder with \'quotes"') });
    process.env['PATH'] = path;
    after(() => source.close());
    const ssh = { privateKey: 'THE-KEY', knownHosts: 'THE-HOSTS\n', password: 'THE-PASSPHRASE' };
    const request = {
      url: `ssh://git@git.example:2222${repository.directory}`,
      timeoutSeconds: 20,
      credentials: { ssh },
    };
    const revision = await source.resolve(request, { kind: 'branch', branch: 'main' });
    assert.equal(revision.commit, commit);
    const [file] = await (await source.tree(request, revision)).read(['a']);
    assert.equal(new TextDecoder().decode(file?.bytes), '1');
    const log = readFileSync(join(folder, 'log'), 'utf8').split('\n');
    const wanted = [
      'StrictHostKeyChecking=yes',
      'IdentitiesOnly=yes',
      'IdentityAgent=none',
      'GlobalKnownHostsFile=/dev/null',
    ];
    const seen = [
      'THE-KEY',
      'THE-HOSTS',
      'mode 600',
      'passphrase THE-PASSPHRASE',
      'agent []',
      'git@git.example',
      '2222',
    ];
    for (const line of [...wanted, ...seen]) assert.ok(log.includes(line), line);
  });
});

describe('what git says', () => {
  it('is classified, whatever stands around it', () => {
    const cases: readonly (readonly [string, string])[] = [
      [
        'No ED25519 host key is known for h and you have requested strict checking.\nHost key verification failed.',
        'GIT_HOST_KEY',
      ],
      ['git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.', 'GIT_AUTH_FAILED'],
      ["fatal: could not read Username for 'https://h': terminal prompts disabled", 'GIT_AUTH_FAILED'],
      ["remote: Repository not found.\nfatal: repository 'https://h/r/' not found", 'GIT_REPOSITORY_NOT_FOUND'],
      ["fatal: couldn't find remote ref refs/heads/x", 'GIT_REF_NOT_FOUND'],
      ['fatal: remote error: upload-pack: not our ref dddd', 'GIT_REF_NOT_FOUND'],
      ["fatal: unable to access 'https://h/r/': Could not resolve host: h", 'GIT_UNREACHABLE'],
      ["fatal: unable to access 'https://h/r/': SSL certificate problem: self-signed certificate", 'GIT_UNREACHABLE'],
      ['ssh: connect to host h port 22: Connection refused', 'GIT_UNREACHABLE'],
      ['fatal: something new', 'GIT_FAILED'],
    ];
    for (const [stderr, code] of cases) assert.equal(classifyFailure('try', stderr, 128).code, code, stderr);
  });
});
