import { isCapstanError } from '@capstan/errors';
import { memoryTree } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import { buildKustomization } from '../build.ts';

/** Files by their paths. */
export type Files = Readonly<Record<string, string>>;

/** What a kustomization of these files prints, as `capstan build` does. */
export async function build(files: Files): Promise<string> {
  const resources = await buildKustomization(memoryTree(files), '', { order: 'legacy' });
  return stringifyAll(resources.map(({ object }) => object));
}

/** Fails unless these files are refused with such words. */
export async function fails(files: Files, message: RegExp): Promise<void> {
  const failure = await build(files).then(
    (text) => new Error(`it builds: ${text}`),
    (error: unknown) => error,
  );
  if (!isCapstanError(failure, 'RENDER_INVALID') || !message.test(failure.message)) throw failure;
}

/** An object that kustomize knows nothing of. */
export const thing = (rest: string) => `kind: Thing\nmetadata:\n  name: a\n${rest}`;
/** A patch of that object that changes nothing. */
export const own = "patches: [{patch: '{kind: Thing, metadata: {name: a}}'}]\n";
/** A JSON patch of that object. */
export const json = (operations: string) => `patches: [{patch: '${operations}', target: {kind: Thing}}]\n`;
/** A replacement of one of its fields by a value. */
export const put = (value: string, path: string, options = '') =>
  `replacements: [{sourceValue: '${value}', targets: [{select: {kind: Thing}, fieldPaths: [${path}]${options}}]}]\n`;
/** Options of a replacement that makes the field. */
export const creating = ', options: {create: true}';
/** A kustomization with some fields over one file of objects. */
export const over = (fields: string, object: string) => ({
  'kustomization.yaml': `resources: [m.yaml]\n${fields}`,
  'm.yaml': object,
});
