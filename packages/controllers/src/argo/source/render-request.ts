import { setKey, type JsonObject, type JsonValue } from '@capstan/object';
import type { RenderRequest } from '@capstan/render';
import { plain, type Source } from '../application.ts';

/** What is asked of the renderer for a source. */
export function renderRequestOf(source: Source): RenderRequest {
  const { directory, kustomize } = source;
  return {
    engine: 'detect',
    path: (source.path ?? '').replace(/^\/+/, ''),
    directory: {
      recurse: directory?.recurse === true,
      ...(directory?.include === undefined || directory.include === '' ? {} : { include: directory.include }),
      ...(directory?.exclude === undefined || directory.exclude === '' ? {} : { exclude: directory.exclude }),
    },
    ...(kustomize === undefined ? {} : { kustomization: overlayOf(kustomize) }),
  };
}

/** The options of a kustomize source as the fields of a kustomization that is laid over the folder's. */
function overlayOf(options: NonNullable<Source['kustomize']>): JsonObject {
  const overlay: Record<string, JsonValue> = {};
  const put = (key: string, value: JsonValue | undefined): void => {
    if (value !== undefined && value !== '') setKey(overlay, key, value);
  };
  put('namePrefix', options.namePrefix);
  put('nameSuffix', options.nameSuffix);
  put('namespace', options.namespace);
  if (options.labelWithoutSelector === true && options.commonLabels !== undefined)
    put('labels', [
      {
        pairs: plain(options.commonLabels),
        includeSelectors: false,
        ...(options.labelIncludeTemplates === true ? { includeTemplates: true } : {}),
      },
    ]);
  else put('commonLabels', options.commonLabels === undefined ? undefined : plain(options.commonLabels));
  put('commonAnnotations', options.commonAnnotations === undefined ? undefined : plain(options.commonAnnotations));
  put('images', options.images?.map(imageOf));
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
