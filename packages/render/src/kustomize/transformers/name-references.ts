import { eachField, FieldSlot, type FieldSpec, type Slot } from '../field-spec.ts';
import { withAnnotations } from '../internal-annotations.ts';
import { invalid } from '../problem.ts';
import { effectiveNamespace, formatId, gvkSortText, isSelected, type Gvk } from '../resource-id.ts';
import { putPlain } from '../put-plain.ts';
import type { ResourceMap } from '../resource-map.ts';
import type { Resource } from '../resource.ts';
import type { NameReference } from '../transformer-config.ts';
import { field, isMapping, scalarText, textAt, textField, type Mapping } from '../value.ts';

/** Writes the new names of renamed resources into the fields of other resources that refer to them. */
export function updateNameReferences(map: ResourceMap, references: readonly NameReference[]): void {
  const byFormerName = new Map<string, Resource[]>();
  for (const resource of map.list) {
    for (const name of new Set(resource.previous.map((id) => id.name))) {
      const known = byFormerName.get(name);
      if (known === undefined) byFormerName.set(name, [resource]);
      else known.push(resource);
    }
  }
  const byOriginalNamespace = groupBy(map.list, ({ originalId }) => effectiveNamespace(originalId));
  const byKind = new Map<string, readonly Reference[]>();
  for (const referrer of map.list) {
    const original = referrer.originalId;
    const key = gvkSortText(original);
    const possible = byKind.get(key) ?? referencesFrom(original, references);
    byKind.set(key, possible);
    if (possible.length === 0) continue;
    checkVersion(referrer);
    const update = new ReferenceUpdate(referrer, byFormerName, byOriginalNamespace);
    for (const { spec, target } of possible) update.run(spec, target);
  }
}

/** Kustomize compares two of its own readings of an apiVersion, which of `null` differ. */
function checkVersion({ object, kind, name, place }: Resource): void {
  if (field(object, 'apiVersion') !== null || textAt(object, 'apiVersion') === '') return;
  throw invalid(`${place.path}: the apiVersion of ${kind} ${name} is null; leave it out or give one`, {
    path: place.path,
  });
}

/** A field that may hold the name of a resource of a kind. */
interface Reference {
  readonly spec: FieldSpec;
  readonly target: Gvk;
}

/** The references that a kind may hold, in order. */
function referencesFrom(kind: Gvk, references: readonly NameReference[]): readonly Reference[] {
  return references.flatMap((target) =>
    target.referrers.filter((spec) => isSelected(kind, spec)).map((spec) => ({ spec, target })),
  );
}

class ReferenceUpdate {
  private readonly referrer: Resource;
  private readonly byFormerName: ReadonlyMap<string, readonly Resource[]>;
  private readonly subjectNamespaces: ReadonlySet<string>;
  private readonly byOriginalNamespace: ReadonlyMap<string, readonly Resource[]>;

  constructor(
    referrer: Resource,
    byFormerName: ReadonlyMap<string, readonly Resource[]>,
    byOriginalNamespace: ReadonlyMap<string, readonly Resource[]>,
  ) {
    this.referrer = referrer;
    this.byFormerName = byFormerName;
    this.byOriginalNamespace = byOriginalNamespace;
    this.subjectNamespaces = subjectNamespaces(referrer);
  }

  run(spec: FieldSpec, target: Gvk): void {
    // The kind may have been changed by a patch: the field is sought in the object as it is now.
    const here: FieldSpec = { ...spec, group: '', version: '', kind: '' };
    withAnnotations([this.referrer], [here], () => {
      eachField(this.referrer.object, here, 'none', (slot) => this.update(slot, spec, target));
    });
  }

  private update(slot: Slot, spec: FieldSpec, target: Gvk): void {
    const value = slot.get();
    if (value === null) return;
    if (isMapping(value)) this.updateMapping(value, spec, target);
    else if (Array.isArray(value)) {
      value.forEach((item, index) => {
        if (isMapping(item)) this.updateMapping(item, spec, target);
        else if (item !== null) {
          this.updateScalar(
            {
              get: () => item,
              set: (next) => {
                value[index] = next;
              },
              // Which texts of a list stood in quotes is not known: all of them stay texts.
              styled: () => typeof item === 'string',
            },
            spec,
            target,
          );
        }
      });
    } else this.updateScalar(slot, spec, target);
  }

  private updateScalar(slot: Slot, spec: FieldSpec, target: Gvk): void {
    const old = slot.text?.() ?? scalarText(slot.get()) ?? '';
    const found = this.select(old, undefined, spec, target, false);
    if (found === undefined || found.name === old) return;
    putPlain(slot, found.name);
  }

  private updateMapping(mapping: Mapping, spec: FieldSpec, target: Gvk): void {
    if (field(mapping, 'name') === undefined) {
      throw invalid(
        `updating name reference in '${spec.path}' field of '${formatId(this.referrer.id)}': path config error; no 'name' field in node`,
      );
    }
    const old = textField(mapping, 'name');
    const namespace = field(mapping, 'namespace') === undefined ? undefined : textField(mapping, 'namespace');
    const found = this.select(old, namespace, spec, target, true);
    if (found === undefined || (found.name === old && found.namespace === '')) return;
    putPlain(new FieldSlot(mapping, 'name'), found.name);
    if (found.namespace !== '') putPlain(new FieldSlot(mapping, 'namespace'), found.namespace);
  }

  /** The one resource that was called `name`; undefined for none. Throws RENDER_INVALID where several could be meant. */
  private select(
    name: string,
    namespace: string | undefined,
    spec: FieldSpec,
    target: Gvk,
    inMapping: boolean,
  ): Resource | undefined {
    const former = this.byFormerName.get(name);
    if (former === undefined) return undefined;
    let candidates = former.filter((resource) => this.canRefer(resource));
    if (namespace !== undefined) candidates = this.inNamespace(candidates, namespace);
    candidates = candidates.filter((resource) => resource.previousIds.some((id) => isSelected(id, target)));
    candidates = candidates.filter((resource) => this.isRoleOf(resource, spec) && this.sameNamespace(resource));
    if (candidates.length === 1) return candidates[0];
    candidates = candidates.filter((resource) => sameAffixes(resource, this.referrer, true));
    if (candidates.length > 1)
      candidates = candidates.filter((resource) => sameAffixes(resource, this.referrer, false));
    const [first] = candidates;
    if (first === undefined || candidates.length === 1) return first;
    const same = (other: Resource) => other.name === first.name && (!inMapping || other.namespace === first.namespace);
    if (candidates.every(same)) return first;
    const ids = candidates.map(({ id }) => formatId(id)).join(', ');
    throw invalid(
      `updating name reference in '${spec.path}' field of '${formatId(this.referrer.id)}': found multiple possible referrals: ${ids}`,
    );
  }

  /** Resources that came from a namespace; only where nothing did that can be referred to, those that are in it now. */
  private inNamespace(candidates: readonly Resource[], namespace: string): Resource[] {
    const anyFromThere = this.byOriginalNamespace.get(namespace)?.some((resource) => this.canRefer(resource)) === true;
    return candidates.filter((resource) => {
      const id = anyFromThere ? resource.originalId : resource.id;
      return effectiveNamespace(id) === namespace;
    });
  }

  private canRefer(resource: Resource): boolean {
    const referrer = this.referrer.id;
    const id = resource.id;
    return (
      referrer.clusterScoped ||
      id.clusterScoped ||
      effectiveNamespace(id) === effectiveNamespace(referrer) ||
      this.subjectNamespaces.has(resource.namespace)
    );
  }

  private sameNamespace(resource: Resource): boolean {
    const referrer = this.referrer.id;
    const id = resource.id;
    return (
      referrer.clusterScoped ||
      id.clusterScoped ||
      resource.kind === 'ServiceAccount' ||
      effectiveNamespace(id) === effectiveNamespace(referrer)
    );
  }

  private isRoleOf(resource: Resource, spec: FieldSpec): boolean {
    if (!spec.path.endsWith('roleRef/name')) return true;
    const roleRef = field(this.referrer.object, 'roleRef');
    if (!isMapping(roleRef) || field(roleRef, 'apiGroup') === undefined || field(roleRef, 'kind') === undefined)
      return true;
    const wanted: Gvk = { group: textField(roleRef, 'apiGroup'), version: '', kind: textField(roleRef, 'kind') };
    return resource.previousIds.some((id) => isSelected(id, wanted));
  }
}

function groupBy(resources: readonly Resource[], keyOf: (resource: Resource) => string): Map<string, Resource[]> {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const key = keyOf(resource);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [resource]);
    else known.push(resource);
  }
  return groups;
}

function subjectNamespaces(resource: Resource): ReadonlySet<string> {
  const found = new Set<string>();
  const subjects = resource.kind === 'RoleBinding' ? field(resource.object, 'subjects') : undefined;
  if (!Array.isArray(subjects)) return found;
  for (const subject of subjects) {
    if (!isMapping(subject)) throw badSubject(resource, 'it is no mapping');
    const [kind, namespace] = [field(subject, 'kind'), field(subject, 'namespace')];
    if (kind === undefined || namespace === undefined) continue;
    if (typeof kind !== 'string') throw badSubject(resource, 'its kind is no text');
    if (kind !== 'ServiceAccount') continue;
    if (typeof namespace !== 'string') throw badSubject(resource, 'its namespace is no text');
    found.add(namespace);
  }
  return found;
}

function badSubject({ place, name }: Resource, why: string): Error {
  return invalid(`${place.path}: a subject of RoleBinding ${name} cannot be read: ${why}`, { path: place.path });
}

/** Whether the shorter list of affixes is how the longer one ends; none ends only like none, unless `allowNone`. */
function sameEnding(a: readonly string[], b: readonly string[], allowNone: boolean): boolean {
  const length = Math.min(a.length, b.length);
  if (length === 0) return allowNone || a.length === b.length;
  return a.slice(a.length - length).every((affix, index) => affix === b[b.length - length + index]);
}

function sameAffixes(a: Resource, b: Resource, allowNone: boolean): boolean {
  return sameEnding(a.prefixes, b.prefixes, allowNone) && sameEnding(a.suffixes, b.suffixes, allowNone);
}
