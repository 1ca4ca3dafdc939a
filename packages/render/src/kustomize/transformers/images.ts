import { RE2JS } from 're2js';
import { eachField, FieldSlot, type FieldSpec, type Slot } from '../field-spec.ts';
import { withAnnotations } from '../internal-annotations.ts';
import { invalid } from '../problem.ts';
import { putPlain } from '../put-plain.ts';
import type { ResourceMap } from '../resource-map.ts';
import { field, isMapping, scalarText, type Mapping, type Value } from '../value.ts';

/** Images that a change remembers the outcome of. */
const MAX_KNOWN_IMAGES = 1_000;

/** An entry of `images`. */
export interface ImageChange {
  readonly name?: string | undefined;
  readonly newName?: string | undefined;
  readonly newTag?: string | undefined;
  readonly tagSuffix?: string | undefined;
  readonly digest?: string | undefined;
}

/** Splits an image into name, tag and digest; parts that it lacks are empty. */
export function splitImage(image: string): { readonly name: string; readonly tag: string; readonly digest: string } {
  const slash = Math.max(image.indexOf('/'), 0);
  const at = image.indexOf('@', slash);
  const colon = image.indexOf(':', slash);
  if (at >= 0 && (colon < 0 || at < colon)) return { name: image.slice(0, at), tag: '', digest: image.slice(at + 1) };
  if (colon < 0) return { name: image, tag: '', digest: '' };
  if (at < 0) return { name: image.slice(0, colon), tag: image.slice(colon + 1), digest: '' };
  return { name: image.slice(0, colon), tag: image.slice(colon + 1, at), digest: image.slice(at + 1) };
}

/** `image` as `change` wants it. */
export function changeImage(image: string, change: ImageChange): string {
  const { name, tag, digest } = splitImage(image);
  const newName = change.newName === undefined || change.newName === '' ? name : change.newName;
  const newTag = change.newTag ?? '';
  const newDigest = change.digest ?? '';
  const suffix = change.tagSuffix ?? '';
  const parts =
    newTag !== '' || newDigest !== ''
      ? { tag: newTag, digest: newDigest }
      : suffix !== ''
        ? { tag: tag + suffix, digest: '' }
        : { tag, digest };
  return newName + (parts.tag === '' ? '' : `:${parts.tag}`) + (parts.digest === '' ? '' : `@${parts.digest}`);
}

/** Changes the images of containers: in the fields that `specs` name, and in `containers` lists anywhere. */
export function changeImages(map: ResourceMap, change: ImageChange, specs: readonly FieldSpec[]): void {
  const apply = changerOf(change);
  const resources = map.list.filter(({ kind }) => kind !== 'CustomResourceDefinition');
  withAnnotations(resources, specs, () => {
    for (const { object } of resources) {
      changeContainers(object, apply);
      changeImageFields(object, apply, specs);
    }
  });
}

/** What becomes of an image; undefined for one that stays. */
type Changer = (image: string) => string | undefined;

/** What becomes of an image under `change`; undefined where it is not for that one. Throws RENDER_INVALID for its name. */
export function changerOf(change: ImageChange): Changer {
  const matches = imageMatcher(change.name ?? '');
  // Most containers of a build share a few images, and RE2 takes its time.
  const known = new Map<string, string | undefined>();
  return (image) => {
    if (known.has(image)) return known.get(image);
    const changed = matches(image) ? changeImage(image, change) : undefined;
    if (known.size < MAX_KNOWN_IMAGES) known.set(image, changed);
    return changed;
  };
}

/** Changes images in the fields that `specs` name. Throws RENDER_INVALID where one holds no scalar. */
export function changeImageFields(object: Mapping, change: Changer, specs: readonly FieldSpec[]): void {
  for (const spec of specs)
    eachField(object, spec, 'none', (slot) => putImage(slot, change, `field '${spec.path}' must hold`));
}

/** Puts in what becomes of an image, be it the same: it has no type from then on. */
function putImage(slot: Slot, change: Changer, must: string): void {
  const image = slot.text?.() ?? scalarText(slot.get());
  if (image === undefined) throw invalid(`${must} the name of an image`);
  const changed = change(image);
  if (changed !== undefined) putPlain(slot, changed);
}

/** Tells whether an image is one that `name`, an RE2 expression, is for; the first image throws RENDER_INVALID for another. */
export function imageMatcher(name: string): (image: string) => boolean {
  if (!PLAIN_NAME.test(name)) return compiledMatcher(name);
  return (image) => (PRINTABLE.test(image) ? isNamed(image, name) : compiledMatcher(name)(image));
}

function compiledMatcher(name: string): (image: string) => boolean {
  let pattern: RE2JS | undefined;
  return (image) => {
    pattern ??= compile(name);
    return pattern.matcher(image).find();
  };
}

function compile(name: string): RE2JS {
  try {
    return RE2JS.compile(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
  } catch (error) {
    throw invalid(`the image name '${name}' is not a regular expression (RE2)`, {}, error);
  }
}

/** Hardly a name holds more of an expression than dots, each for any character: no need to compile it. */
const PLAIN_NAME = /^[\w/.-]+$/;
const PRINTABLE = /^[ -~]*$/;
const TAG_AND_DIGEST = /^(?::[a-zA-Z0-9_.{}-]*)?(?:@sha256:[a-zA-Z0-9_.{}-]*)?$/;

function isNamed(image: string, name: string): boolean {
  if (image.length < name.length) return false;
  for (let at = 0; at < name.length; at++) if (name[at] !== '.' && name[at] !== image[at]) return false;
  return TAG_AND_DIGEST.test(image.slice(name.length));
}

/** Changes the images of `containers` and `initContainers` lists at any depth. */
export function changeContainers(value: Value, change: Changer): void {
  if (Array.isArray(value)) for (const item of value) changeContainers(item, change);
  else if (isMapping(value)) {
    for (const key of Object.keys(value)) {
      const below = field(value, key) ?? null;
      changeContainers(below, change);
      if ((key !== 'containers' && key !== 'initContainers') || !Array.isArray(below)) continue;
      for (const container of below) changeContainer(container, change);
    }
  }
}

function changeContainer(container: Value, change: Changer): void {
  if (container === null) return;
  if (!isMapping(container)) throw invalid('a container must be a mapping');
  if (field(container, 'image') !== undefined)
    putImage(new FieldSlot(container, 'image'), change, "the field 'image' of a container must hold");
}
