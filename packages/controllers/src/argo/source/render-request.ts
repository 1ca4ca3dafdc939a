import { CapstanError } from '@capstan/errors';
import { isJsonObject, setKey, type JsonObject, type JsonValue } from '@capstan/object';
import type { DirectoryOptions, JsonnetVariable, RenderRequest } from '@capstan/render';
import { plain, type Source } from '../application.ts';
import type { ArgoSettings } from '../settings/argo-settings.ts';
import { substitute, type BuildEnvironment } from './build-environment.ts';
import { kustomizeOptions } from './kustomize-options.ts';

type DetectRequest = Extract<RenderRequest, { engine: 'detect' }>;

/** What a render depends on besides the source itself. */
export interface RenderSetting {
  /** The source's folder, from the root of the tree. */
  readonly folder: string;
  readonly environment: BuildEnvironment;
  /** `kustomize.buildOptions` of Argo CD's settings. */
  readonly buildOptions: string;
  /** Which tools there are (`kustomize.enable`, `helm.enable`, `jsonnet.enable`). */
  readonly detected: ArgoSettings['detected'];
}

/**
 * What is asked of the renderer for a source. A source that has options of one tool is rendered with that tool; otherwise
 * what stands in its folder decides. Variables of the build environment are filled in here, so that a render that does not
 * name the revision is used again for another one. Throws RENDER_INVALID where options of several tools stand together.
 */
export function renderRequestOf(source: Source, setting: RenderSetting): RenderRequest {
  const { kustomize } = source;
  const { folder: path, buildOptions, detected } = setting;
  const directory: DirectoryOptions = {
    ...directoryOf(source.directory, setting.environment),
    ...(detected.directory ? {} : { withoutJsonnet: true }),
  };
  const kustomization = kustomize === undefined ? {} : { kustomization: overlayOf(kustomize, setting.environment) };
  switch (explicitType(source)) {
    case 'Directory':
      return { engine: 'directory', path, directory };
    case 'Kustomize':
      // Without the tool its options are no options, and the folder a plain one.
      if (!detected.kustomize) return { engine: 'directory', path, directory };
      return { engine: 'kustomize', path, generate: false, ...kustomization, ...kustomizeOptions(buildOptions) };
    default:
      // Options that matter to a kustomization alone must not stop a plain folder.
      return {
        engine: 'detect',
        path,
        directory,
        ...ignoredOf(detected),
        ...kustomization,
        ...(buildOptions.trim() === '' ? {} : kustomizeOptions(buildOptions)),
      };
  }
}

function ignoredOf({ helm, kustomize }: ArgoSettings['detected']): Pick<DetectRequest, 'ignored'> {
  const ignored = [...(helm ? [] : (['Helm'] as const)), ...(kustomize ? [] : (['Kustomize'] as const))];
  return ignored.length === 0 ? {} : { ignored };
}

/** The tool that a source's options name. Throws RENDER_INVALID where they name several. */
export function explicitType(source: Source): 'Kustomize' | 'Helm' | 'Directory' | 'Plugin' | undefined {
  const types = [
    ...(source.kustomize === undefined ? [] : (['Kustomize'] as const)),
    ...(source.helm === undefined ? [] : (['Helm'] as const)),
    ...(source.directory === undefined ? [] : (['Directory'] as const)),
    ...(source.plugin === undefined ? [] : (['Plugin'] as const)),
  ];
  if (types.length > 1)
    throw new CapstanError(
      'RENDER_INVALID',
      `error getting app source type: multiple application sources defined: ${types.join(',')}`,
    );
  return types[0];
}

/** A source without options of tools that say nothing, as Argo CD takes them out of a spec. */
export function normalizedSource(source: Source): Source {
  const { kustomize, directory, helm, plugin, ...rest } = source;
  return {
    ...rest,
    ...(kustomize === undefined || saysNothing(plain(kustomize)) ? {} : { kustomize }),
    ...(directory === undefined || saysNothing(plain(directory)) ? {} : { directory }),
    ...(helm === undefined || saysNothing(plain(helm)) ? {} : { helm }),
    ...(plugin === undefined ? {} : { plugin }),
  };
}

function directoryOf(directory: Source['directory'], environment: BuildEnvironment): DirectoryOptions {
  const { recurse, include = '', exclude = '', disableExtensionFilter, jsonnet } = directory ?? {};
  const variables = (list: JsonnetList): readonly JsonnetVariable[] =>
    (list ?? []).map(({ name, value, code }) => ({
      name,
      value: substitute(value, environment),
      ...(code === true ? { code } : {}),
    }));
  const programs = {
    ...((jsonnet?.extVars ?? []).length === 0 ? {} : { extVars: variables(jsonnet?.extVars) }),
    ...((jsonnet?.tlas ?? []).length === 0 ? {} : { tlas: variables(jsonnet?.tlas) }),
    ...((jsonnet?.libs ?? []).length === 0 ? {} : { libs: jsonnet?.libs ?? [] }),
  };
  return {
    recurse: recurse === true,
    ...(include === '' ? {} : { include }),
    ...(exclude === '' ? {} : { exclude }),
    ...(disableExtensionFilter === true ? { disableExtensionFilter } : {}),
    ...(Object.keys(programs).length === 0 ? {} : { jsonnet: programs }),
  };
}

type JsonnetList = NonNullable<NonNullable<Source['directory']>['jsonnet']>['extVars'];

/** The options of a kustomize source as the fields of a kustomization that is laid over the folder's. */
function overlayOf(options: NonNullable<Source['kustomize']>, environment: BuildEnvironment): JsonObject {
  const overlay: Record<string, JsonValue> = {};
  const put = (key: string, value: JsonValue | undefined): void => {
    if (value !== undefined && value !== '') setKey(overlay, key, value);
  };
  const substituted = (texts: Readonly<Record<string, string>> | undefined): JsonObject | undefined =>
    texts === undefined
      ? undefined
      : Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, substitute(value, environment)]));
  const labels = substituted(options.commonLabels);
  put('namePrefix', options.namePrefix);
  put('nameSuffix', options.nameSuffix);
  put('namespace', options.namespace);
  const flag = (name: string, value: boolean | undefined): JsonObject => (value === true ? { [name]: true } : {});
  if (labels !== undefined && Object.keys(labels).length > 0)
    put('addLabels', {
      pairs: labels,
      ...flag('withoutSelector', options.labelWithoutSelector),
      ...flag('includeTemplates', options.labelIncludeTemplates),
      ...flag('force', options.forceCommonLabels),
    });
  const annotations =
    options.commonAnnotationsEnvsubst === true ? substituted(options.commonAnnotations) : options.commonAnnotations;
  if (annotations !== undefined && Object.keys(annotations).length > 0)
    put('addAnnotations', { pairs: plain(annotations), ...flag('force', options.forceCommonAnnotations) });
  put(
    'images',
    options.images?.map((image) => imageOf(substitute(image, environment))),
  );
  put(
    'replicas',
    options.replicas?.map(({ name, count }) => ({ name, count: Number(count) })),
  );
  put(
    'patches',
    options.patches?.map((patch) => plain(patch)),
  );
  put('components', options.components);
  put('ignoreMissingComponents', options.ignoreMissingComponents);
  return overlay;
}

function saysNothing(value: JsonValue): boolean {
  if (value === false || value === '' || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.values(value).every(saysNothing);
}

/** `name=newName:tag`, `name:tag`, `name@digest`, as `kustomize edit set image` reads them. */
export function imageOf(text: string): JsonObject {
  const equals = text.indexOf('=');
  const name = equals < 0 ? undefined : text.slice(0, equals);
  const { image, tag, digest } = splitImage(equals < 0 ? text : text.slice(equals + 1));
  return {
    name: name ?? image,
    ...(name === undefined ? {} : { newName: image }),
    ...(tag === undefined ? {} : { newTag: tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function splitImage(text: string): { readonly image: string; readonly tag?: string; readonly digest?: string } {
  const at = text.indexOf('@');
  if (at >= 0) return { image: withoutTag(text.slice(0, at)), digest: text.slice(at + 1) };
  const image = withoutTag(text);
  return image.length === text.length ? { image } : { image, tag: text.slice(image.length + 1) };
}

// A colon before the last slash is a registry's port.
function withoutTag(text: string): string {
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1);
  return colon < 0 ? text : text.slice(0, colon);
}
