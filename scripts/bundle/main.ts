// `npm run bundle [-- DIR]`: writes the release to DIR (default: dist) and compiles it once, so that it starts fast.
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeRelease } from './release.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = resolve(process.env['INIT_CWD'] ?? root, process.argv[2] ?? join(root, 'dist'));
const { files, bytes } = await makeRelease(root, directory);
process.stdout.write(`${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB in ${relative(root, directory) || '.'}\n`);
