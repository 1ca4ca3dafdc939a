import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/adr/README.md', 'docs/spec/README.md'];

describe('the documents', () => {
  for (const document of documents) {
    it(`${document} links to what is there`, () => {
      const text = readFileSync(join(root, document), 'utf8');
      const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '');
      const missing = links.filter((link) => !existsSync(join(root, document, '..', link)));
      assert.deepEqual(missing, []);
    });

    it(`${document} names files and folders that are there`, () => {
      const text = readFileSync(join(root, document), 'utf8');
      const named = [...text.matchAll(/`((?:packages|scripts|docs|e2e|conformance|bootstrap)\/[\w./-]*)`/g)].map(
        (match) => match[1] ?? '',
      );
      assert.deepEqual(
        named.filter((path) => !existsSync(join(root, path))),
        [],
      );
    });
  }
});
