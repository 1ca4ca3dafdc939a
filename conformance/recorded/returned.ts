import { getPath, isJsonObject, refOf, type JsonValue, type KubernetesObject } from '@capstan/object';
import type { Scenario } from './scenario.ts';

/** What upstream's controllers, and those of the cluster, leave on objects: all that the recordings show. */
export interface Traces {
  readonly managers: ReadonlySet<string>;
  readonly marks: ReadonlySet<string>;
  readonly finalizers: ReadonlySet<string>;
  /** Of the statuses of upstream's own kinds. */
  readonly fields: ReadonlySet<string>;
}

/** Who writes for a recording or a check, and is no controller. */
const people = /^(?:kubectl\b.*|capstan-conformance)$/;
const owners = new Set(['Application', 'AppProject', 'Kustomization', 'GitRepository']);

/** Reads off recordings what upstream leaves on objects. */
export function tracesOf(scenarios: readonly Scenario[]): Traces {
  const objects = scenarios
    .flatMap(({ steps }) => steps)
    .flatMap(({ snapshot }) => [...snapshot.gitops, ...snapshot.managed])
    .map((object) => object as unknown as KubernetesObject);
  return {
    managers: new Set(objects.flatMap(managersOf)),
    marks: new Set(objects.flatMap(marksOf)),
    finalizers: new Set(objects.flatMap(finalizersOf)),
    fields: new Set(objects.flatMap(fieldsOf)),
  };
}

/** What upstream's controllers do not leave, on an object that Capstan has worked on. */
export function foreignTraces(object: KubernetesObject, traces: Traces): readonly string[] {
  const subject = `${object.kind}/${refOf(object).name}`;
  const unknown = (what: string, found: readonly string[], known: ReadonlySet<string>): readonly string[] =>
    found.filter((one) => !known.has(one)).map((one) => `${subject}: ${what} ${one}`);
  const managers = managersOf(object).filter((manager) => !people.test(manager.split(' ')[0] ?? ''));
  return [
    ...unknown('manager', managers, traces.managers),
    ...unknown('mark', marksOf(object), traces.marks),
    ...unknown('finalizer', finalizersOf(object), traces.finalizers),
    ...unknown('field', fieldsOf(object), traces.fields),
  ];
}

/** The fields of an owner's status, by their path. */
function fieldsOf(object: KubernetesObject): readonly string[] {
  return owners.has(object.kind) ? pathsOf(object['status'] ?? null, `${object.kind}.status`) : [];
}

function pathsOf(value: JsonValue, path: string): readonly string[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap((item) => pathsOf(item, `${path}[]`));
  if (!isJsonObject(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, `${path}.${key}`));
}

function managersOf(object: KubernetesObject): readonly string[] {
  const list = object.metadata['managedFields'];
  const entries = Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
  return entries.map((entry) =>
    ['manager', 'operation', 'subresource']
      .map((key) => textOf(entry[key]))
      .join(' ')
      .trim(),
  );
}

/** The keys of labels and annotations that are somebody's own, by their domain. */
function marksOf(object: KubernetesObject): readonly string[] {
  return ['labels', 'annotations'].flatMap((field) => {
    const marks = getPath(object.metadata, field);
    return isJsonObject(marks) ? Object.keys(marks).filter((key) => key.includes('/')) : [];
  });
}

function finalizersOf(object: KubernetesObject): readonly string[] {
  const list = object.metadata['finalizers'];
  return Array.isArray(list) ? (list as readonly JsonValue[]).map(textOf) : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
