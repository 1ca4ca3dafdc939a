import { readPlain } from './plain-text.ts';
import { invalid } from './problem.ts';
import { putString } from './put-string.ts';
import { isStyled, noteScalar } from './scalar-notes.ts';
import { builtinScopes, type Scopes } from './schema.ts';
import { noteNewKey, takeTwice } from './unprintable.ts';
import { splitApiVersion, type Gvk, type ResourceId, effectiveNamespace } from './resource-id.ts';
import {
  field,
  isMapping,
  noteField,
  scalarText,
  setField,
  sortedKeys,
  textAt,
  textField,
  thaw,
  type Mapping,
} from './value.ts';

/** What a generator wants when the resource is there already. */
export type Behavior = 'create' | 'replace' | 'merge' | 'unspecified';

/** Where a resource came from, as kustomize writes it into `config.kubernetes.io/origin`. */
export interface Origin {
  readonly repo?: string;
  readonly ref?: string;
  readonly path?: string;
  readonly configuredIn?: string;
  readonly configuredBy?: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
  };
}

/** The place in the tree that a rendered object is reported with. */
export interface Place {
  readonly path: string;
  readonly document: number;
  readonly line?: number;
}

/**
 * A resource on its way through the transformers: the object, and what kustomize keeps about it in internal
 * annotations (the names it had, prefixes and suffixes that it got, what its generator asked for).
 */
export class Resource {
  object: Mapping;
  readonly place: Place;
  readonly #scopes: Scopes;
  previous: ResourceId[] = [];
  /** Whether it once had no name when its id was to be remembered. */
  private namelessBefore = false;
  prefixes: string[] = [];
  suffixes: string[] = [];
  /** What its generator asked for; undefined where it has none. */
  behavior: Behavior | undefined;
  needsHash = false;
  allowNameChange = false;
  allowKindChange = false;
  varNames: string[] = [];
  /** Whether something in it may read otherwise once it is printed, see `readAgain`. */
  readsOtherwise = false;
  origin: Origin | undefined;
  transformations: Origin[] = [];

  constructor(object: Mapping, place: Place, scopes: Scopes = builtinScopes) {
    this.object = object;
    this.place = place;
    this.#scopes = scopes;
  }

  get kind(): string {
    return textField(this.object, 'kind');
  }

  get apiVersion(): string {
    return textField(this.object, 'apiVersion');
  }

  get name(): string {
    return textField(field(this.object, 'metadata'), 'name');
  }

  get namespace(): string {
    return textField(field(this.object, 'metadata'), 'namespace');
  }

  get gvk(): Gvk {
    return { ...splitApiVersion(this.apiVersion), kind: this.kind };
  }

  /** Whether its kind is known to stand outside of namespaces. */
  get clusterScoped(): boolean {
    return this.#scopes.isClusterScoped(this.apiVersion, this.kind);
  }

  /** The id it has now. */
  get id(): ResourceId {
    return { ...this.gvk, name: this.name, namespace: this.namespace, clusterScoped: this.clusterScoped };
  }

  /** The ids it had; group and version are always the present ones. */
  get previousIds(): ResourceId[] {
    return this.previous.map((id) => this.#asBefore(id));
  }

  /** The id it was loaded with. */
  get originalId(): ResourceId {
    const [first] = this.previous;
    return first === undefined ? this.id : this.#asBefore(first);
  }

  #asBefore({ kind, name, namespace }: ResourceId): ResourceId {
    const { apiVersion } = this;
    const clusterScoped = this.#scopes.isClusterScoped(apiVersion, kind);
    return { ...splitApiVersion(apiVersion), kind, name, namespace, clusterScoped };
  }

  /** Whether a patch has deleted it. */
  get isEmpty(): boolean {
    for (const key in this.object) if (Object.hasOwn(this.object, key)) return false;
    return true;
  }

  /** Remembers the present id before it changes. */
  rememberId(): void {
    const id = this.id;
    const commas = (text: string) => text.split(',').length;
    const namespace = effectiveNamespace(id);
    if (commas(id.kind) !== commas(id.name) || commas(id.name) !== commas(namespace)) {
      // Kustomize keeps these lists with commas between, and panics when they do not fit together (encrypted files).
      throw invalid(`${this.place.path}: the kind, name or namespace of an object holds a comma`, {
        path: this.place.path,
      });
    }
    // Of an empty name kustomize keeps nothing, which it minds as soon as it keeps another one.
    this.namelessBefore ||= id.name === '';
    if (id.kind === '' || (this.namelessBefore && (id.name !== '' || this.previous.length > 0))) {
      throw invalid(`${this.place.path}: an object has lost its ${id.kind === '' ? 'kind' : 'name'}`, {
        path: this.place.path,
      });
    }
    if (id.name === '') return;
    this.previous.push({ ...id, namespace });
  }

  setName(name: string): void {
    setPlain(this.metadata(), 'name', name);
  }

  setKind(kind: string): void {
    setPlain(this.object, 'kind', kind);
  }

  setNamespace(namespace: string): void {
    if (namespace === '') setField(this.metadata(), 'namespace', undefined);
    else setPlain(this.metadata(), 'namespace', namespace);
  }

  /** `metadata`, made when it is missing. */
  metadata(): Mapping {
    const found = field(this.object, 'metadata');
    if (isMapping(found)) return found;
    const made: Mapping = {};
    setField(this.object, 'metadata', made);
    return made;
  }

  /**
   * Labels or annotations with their values as text. A list is taken for keys and values in turn, as in kustomize. Throws
   * RENDER_INVALID for one with an odd end, on which that breaks.
   */
  texts(name: 'labels' | 'annotations'): Record<string, string> {
    const result: Record<string, string> = {};
    const found = field(this.object, 'metadata');
    const map = isMapping(found) ? field(found, name) : undefined;
    if (Array.isArray(map)) {
      if (map.length % 2 === 1) throw invalid(`the ${name} of ${this.kind} ${this.name} are a list`);
      for (let at = 0; at < map.length; at += 2)
        setField(result, scalarText(map[at]) ?? '', scalarText(map[at + 1]) ?? '');
    }
    if (isMapping(map)) for (const key of Object.keys(map)) setField(result, key, textAt(map, key) ?? '');
    return result;
  }

  /**
   * Replaces labels or annotations; none removes the field. What comes at the end needs no notes of its quotes: nothing takes
   * its place.
   */
  setTexts(
    name: 'labels' | 'annotations',
    texts: Readonly<Record<string, string>>,
    when: 'between' | 'at the end' = 'between',
  ): void {
    const metadata = this.metadata();
    // Of a field that stands twice only the first goes, and the texts go into the second, unseen if it is a null.
    const second = takeTwice(metadata, name);
    const left = second === undefined ? undefined : field(second, name);
    setField(metadata, name, left);
    const keys = sortedKeys(texts);
    if (keys.length === 0 || (left !== undefined && !isMapping(left))) return;
    const map: Mapping = left ?? {};
    for (const key of keys) {
      if (when === 'at the end') setField(map, key, texts[key]);
      else putString(map, key, texts[key] ?? '');
      noteNewKey(map, key);
    }
    setField(metadata, name, map);
  }

  /** A copy that shares nothing. */
  copy(): Resource {
    const copy = new Resource(thaw(this.object), this.place, this.#scopes);
    copy.previous = [...this.previous];
    copy.namelessBefore = this.namelessBefore;
    copy.prefixes = [...this.prefixes];
    copy.suffixes = [...this.suffixes];
    copy.behavior = this.behavior;
    copy.needsHash = this.needsHash;
    copy.allowNameChange = this.allowNameChange;
    copy.allowKindChange = this.allowKindChange;
    copy.varNames = [...this.varNames];
    copy.readsOtherwise = this.readsOtherwise;
    copy.origin = this.origin;
    copy.transformations = [...this.transformations];
    return copy;
  }

  /** Takes over names, labels, annotations and history of the resource that this one replaces or merges into. */
  inherit(other: Resource): void {
    this.setTexts('labels', { ...other.texts('labels'), ...this.texts('labels') });
    this.setTexts('annotations', { ...other.texts('annotations'), ...this.texts('annotations') });
    this.setName(other.name);
    this.setNamespace(other.namespace);
    this.previous = [...other.previous];
    this.prefixes = [...other.prefixes];
    this.suffixes = [...other.suffixes];
    this.behavior = other.behavior;
    this.needsHash &&= other.needsHash;
    this.allowNameChange = other.allowNameChange;
    this.allowKindChange = other.allowKindChange;
    this.varNames = [...other.varNames];
    this.readsOtherwise ||= other.readsOtherwise;
    if (this.transformations.length === 0) this.transformations = [...other.transformations];
  }
}

/**
 * Puts in a text that YAML reads again where another stands that is not in quotes: a name may be a number. Where none
 * stands it is put in quotes, should it read as something else.
 */
function setPlain(mapping: Mapping, key: string, text: string): void {
  if (field(mapping, key) === undefined) {
    setField(mapping, key, text);
    if (readPlain(text) !== text) noteScalar(mapping, key, { value: text, text, style: 'quoted' });
    return;
  }
  const value = isStyled(mapping, key) ? text : readPlain(text);
  if (value !== text && value !== null) noteScalar(mapping, key, { value, text, style: 'plain' });
  setField(mapping, key, value);
  if (!isStyled(mapping, key)) noteField(mapping, key, 'untyped');
}
