import { eachField, fieldSpec, type FieldSpec, type Slot } from '../field-spec.ts';
import { withAnnotations } from '../internal-annotations.ts';
import { invalid } from '../problem.ts';
import { formatId, idKey } from '../resource-id.ts';
import type { ResourceMap } from '../resource-map.ts';
import type { Resource } from '../resource.ts';
import { field, isMapping, scalarText, setField, type Mapping } from '../value.ts';

/** Which subjects of (cluster) role bindings get the namespace. */
export type SubjectMode = (typeof SUBJECT_MODES)[number];

const SUBJECT_MODES = ['defaultOnly', 'allServiceAccounts', 'none'] as const;

/** Whether a text names one of them. */
export function isSubjectMode(text: string): text is SubjectMode {
  return (SUBJECT_MODES as readonly string[]).includes(text);
}

/** How the namespace transformer works. */
export interface NamespaceOptions {
  readonly namespace: string;
  readonly fieldSpecs: readonly FieldSpec[];
  readonly unsetOnly?: boolean;
  readonly subjects?: SubjectMode;
}

const metadataNamespace = fieldSpec('metadata/namespace', {}, true);
const HELM_GENERATED = 'internal.config.kubernetes.io/helm-generated';
const ROLE_BINDINGS = ['RoleBinding', 'ClusterRoleBinding'];

/** Puts all resources that can be in a namespace into one. Throws RENDER_INVALID where two ids become one. */
export function setNamespace(map: ResourceMap, options: NamespaceOptions): void {
  if (options.namespace === '') return;
  for (const resource of map.list) {
    // What a chart made has the namespace that Helm gave it.
    if (resource.isEmpty || resource.texts('annotations')[HELM_GENERATED] === 'true') continue;
    resource.rememberId();
    withAnnotations([resource], options.fieldSpecs, () => {
      setNamespaceOf(resource, options);
    });
  }
  const seen = new Set<string>();
  for (const { id } of map.list) {
    const key = idKey(id);
    if (seen.has(key)) throw invalid(`namespace transformation produces ID conflict: ${formatId(id)}`);
    seen.add(key);
  }
}

/** Puts one resource into a namespace, if it can be in one, and sets the fields that name it. */
export function setNamespaceOf(resource: Resource, options: NamespaceOptions): void {
  const { object } = resource;
  const set = (slot: Slot): void => {
    const value = slot.get();
    if (typeof value === 'object' && value !== null) {
      throw invalid(`namespace field specs must target scalar nodes (${formatId(resource.id)})`);
    }
    if (options.unsetOnly === true && (scalarText(value) ?? '') !== '') return;
    slot.set(options.namespace);
    slot.typed?.();
  };
  const { apiVersion } = resource;
  if (!resource.clusterScoped) eachField(object, metadataNamespace, 'scalar', set);
  const isBinding = ROLE_BINDINGS.includes(resource.kind);
  if (isBinding) setSubjects(object, options);
  for (const spec of options.fieldSpecs) {
    if (spec.path === 'metadata/namespace' || (spec.path === 'metadata/name' && apiVersion !== 'v1')) continue;
    if (isBinding && ROLE_BINDINGS.includes(spec.kind) && spec.path === 'subjects/namespace') continue;
    eachField(object, spec, 'scalar', set);
  }
}

function setSubjects(object: Mapping, options: NamespaceOptions): void {
  const mode = options.subjects ?? 'defaultOnly';
  const subjects = field(object, 'subjects');
  if (mode === 'none' || !Array.isArray(subjects)) return;
  for (const subject of subjects) {
    if (!isMapping(subject)) continue;
    const wanted =
      mode === 'allServiceAccounts'
        ? field(subject, 'kind') === 'ServiceAccount'
        : field(subject, 'name') === 'default';
    const unset = (scalarText(field(subject, 'namespace')) ?? '') === '';
    if (wanted && (options.unsetOnly !== true || unset)) setField(subject, 'namespace', options.namespace);
  }
}
