import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = z.looseObject({
  name: z.string(),
  workspaces: z.array(z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
});
const read = (path: string) => manifest.parse(JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')));
const packages = (read('.').workspaces ?? []).map((path) => ({ path, name: read(path).name, manifest: read(path) }));
const position = new Map(packages.map(({ name }, index) => [name, index]));

function sources(path: string): string[] {
  return readdirSync(join(root, path, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(path, 'src', file));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'(@capstan\/[a-z]+)(\/[^']*)?'/g)].map(
    (match) => `${match[1]}${match[2] ?? ''}`,
  );
}

describe('the packages', () => {
  for (const { path, name, manifest: own } of packages) {
    it(`${name} imports only packages above it, each declared, and none by an inner path`, () => {
      for (const file of sources(path)) {
        const isTest = file.endsWith('.test.ts') || file.includes('/testdata/');
        for (const imported of importsOf(file)) {
          const [scope, base] = imported.split('/');
          const target = `${scope}/${base}`;
          if (target === name) continue;
          const declared = { ...own.dependencies, ...(isTest ? own.devDependencies : {}) };
          assert.ok(target in declared, `${file} imports ${imported}, which ${name} does not declare`);
          const allowed = exported(target);
          assert.ok(allowed.has(imported), `${file} imports ${imported}; ${target} exports ${[...allowed].join(', ')}`);
          if (!isTest)
            assert.ok(
              (position.get(target) ?? Infinity) < (position.get(name) ?? -1),
              `${file} imports ${target}, which stands below ${name}`,
            );
        }
      }
    });
  }

  it('exist for every workspace', () => {
    for (const { path } of packages) assert.ok(existsSync(join(root, path, 'src/index.ts')), path);
  });
});

function exported(name: string): Set<string> {
  const own = packages.find((entry) => entry.name === name);
  const parsed = z.looseObject({ exports: z.record(z.string(), z.unknown()) }).parse(own?.manifest);
  return new Set(Object.keys(parsed.exports).map((key) => (key === '.' ? name : `${name}${key.slice(1)}`)));
}
