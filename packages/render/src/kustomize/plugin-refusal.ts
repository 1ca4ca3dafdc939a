import { CapstanError, isCapstanError } from '@capstan/errors';
import { getKey, isJsonObject, type JsonValue } from '@capstan/object';
import { readConfigFile } from './documents.ts';
import type { Resource } from './resource.ts';
import { field } from './value.ts';

/** Where a function says what runs it; the first is what is written today. */
const FUNCTION_ANNOTATIONS = ['config.kubernetes.io/function', 'config.k8s.io/function'];
const CONTAINER_ANNOTATION = 'config.kubernetes.io/container';

/**
 * The error for a plugin that is not built in: it is a container, a program or a script, and none of them is ever run.
 * `role` is what it was to be; `file` names the kustomization.
 */
export function refusedPlugin(role: string, config: Resource, file: string): CapstanError<'RENDER_EXEC_REFUSED'> {
  const what = `${config.apiVersion}/${config.kind}`;
  return new CapstanError(
    'RENDER_EXEC_REFUSED',
    `${file}: the ${role} ${what} '${config.name}' would run ${whatItRuns(config)}, which Capstan never does; use a built-in plugin, or commit what it makes`,
    { data: { path: config.place.path, feature: what } },
  );
}

function whatItRuns(config: Resource): string {
  const annotations = config.texts('annotations');
  const text = FUNCTION_ANNOTATIONS.map((name) => annotations[name] ?? '').find((value) => value !== '');
  const metadata = field(config.object, 'metadata');
  const spec = text === undefined ? (isJsonObject(metadata) ? getKey(metadata, 'configFn') : undefined) : parsed(text);
  const image = annotations[CONTAINER_ANNOTATION] ?? textAt(spec, 'container', 'image');
  if (image !== undefined && image !== '') return `the container image ${image}`;
  const path = textAt(spec, 'exec', 'path');
  if (path !== undefined) return `the program ${path}`;
  if (isJsonObject(spec) && getKey(spec, 'starlark') !== undefined) return 'a Starlark script';
  return spec === undefined ? 'a program or a Go plugin that kustomize finds by this name' : 'a function';
}

function parsed(text: string): JsonValue {
  try {
    return readConfigFile(text, 'function');
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return null;
  }
}

function textAt(value: JsonValue | undefined, key: string, below: string): string | undefined {
  const inner = isJsonObject(value) ? getKey(value, key) : undefined;
  const text = isJsonObject(inner) ? getKey(inner, below) : undefined;
  return typeof text === 'string' ? text : undefined;
}
