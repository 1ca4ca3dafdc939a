import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRepoUrl, parseRepoQuery, parseRepoUrl } from './repo-url.ts';

const parts = (url: string) => {
  const { host, repoPath, path, ref } = parseRepoUrl(url);
  return [host, repoPath, path, ref];
};

describe('the URL of a repository', () => {
  it('ends its repository at .git, //, below _git/, or after organization and name', () => {
    assert.deepEqual(parts('https://host.xz/a/b/c.git/d?ref=v1'), ['https://host.xz/', 'a/b/c.git', 'd', 'v1']);
    assert.deepEqual(parts('ssh://git@host.xz:22/a/b//c/d'), ['ssh://git@host.xz:22/', 'a/b', 'c/d', '']);
    assert.deepEqual(parts('https://dev.host/o/p/_git/r/x'), ['https://dev.host/', 'o/p/_git/r', 'x', '']);
    assert.deepEqual(parts('https://host.xz/a/b/c/d'), ['https://host.xz/', 'a/b', 'c/d', '']);
    assert.deepEqual(parts('file:///srv/a/b'), ['file://', '/srv/a/b', '', '']);
  });

  it('is normal for GitHub, whatever it is written like', () => {
    assert.deepEqual(parts('GitHub.com/a/b'), ['https://github.com/', 'a/b', '', '']);
    assert.deepEqual(parts('git::git@github.com:a/b'), ['git@github.com:', 'a/b', '', '']);
    assert.deepEqual(parts('ssh://github.com/a/b'), ['github.com:', 'a/b', '', '']);
  });

  it('is none without a scheme, a path, or with a path that leaves the repository', () => {
    for (const text of ['../base', '/srv/a', 'gh:a/b', 'https://host.xz', 'https://h/a/b.git//x/../../y']) {
      assert.equal(isRepoUrl(text), false, text);
    }
  });

  it('takes from its query what can be read', () => {
    assert.deepEqual(parseRepoQuery('version=a&ref=b%20c&timeout=1m30s&submodules=0'), {
      ref: 'b c',
      submodules: false,
      timeoutSeconds: 90,
    });
    const defaults = { ref: '', submodules: true, timeoutSeconds: 27 };
    for (const query of ['', 'timeout=-3', 'submodules=maybe', 'ref=%zz', 'ref=a;b']) {
      assert.deepEqual(parseRepoQuery(query), defaults, query);
    }
  });
});
