import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as runEsbuild, type Plugin } from 'esbuild';

/** The programs of a release, by the name of their file. Each is a process of its own. */
const entries = {
  main: 'packages/cli/src/main.ts',
  'render-worker': 'packages/cli/src/wiring/render-worker.ts',
  'compile-ahead': 'packages/cli/src/compile-ahead.ts',
};

/**
 * Writes the release to a folder, which is emptied first: the launcher, a file a process, and the parts that are loaded
 * when they are needed. Nothing else is necessary to run it but Node and git.
 */
export async function bundle(
  root: string,
  directory: string,
): Promise<{ readonly files: number; readonly bytes: number }> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { metafile } = await runEsbuild({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    // Names stay, so that a stack says where it was.
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    logLevel: 'warning',
    plugins: [entriesByUrl, builtinsWithoutRequire],
  });
  writeLauncher(directory);
  const outputs = Object.values(metafile.outputs);
  return { files: outputs.length, bytes: outputs.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** `new URL('../main.ts', import.meta.url)` names a program beside the code: in a release all stand in one folder. */
const entriesByUrl: Plugin = {
  name: 'entries-by-url',
  setup(build) {
    build.onLoad({ filter: /\/packages\/cli\/src\/.*\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replaceAll(
        /new URL\('(?:[^']*\/)?([\w-]+)\.ts', import\.meta\.url\)/g,
        (found, name: string) => {
          if (!Object.hasOwn(entries, name)) throw new Error(`${path}: ${found} names no program of the release`);
          return `new URL('./${name}.mjs', import.meta.url)`;
        },
      ),
    }));
  },
};

/** Node's own modules for libraries that `require` them: there is no `require` in a module. */
const builtinsWithoutRequire: Plugin = {
  name: 'builtins-without-require',
  setup(build) {
    build.onResolve({ filter: /^(?:node:)?[a-z_/0-9]+$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '');
      return kind === 'require-call' && builtinModules.includes(name)
        ? { path: name, namespace: 'builtin' }
        : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      loader: 'js',
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

function writeLauncher(directory: string): void {
  const launcher = join(directory, 'capstan');
  copyFileSync(fileURLToPath(new URL('launcher.sh', import.meta.url)), launcher);
  chmodSync(launcher, 0o755);
  writeFileSync(join(directory, 'package.json'), '{ "name": "capstan", "private": true, "type": "module" }\n');
}
