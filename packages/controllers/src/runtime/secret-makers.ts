import {
  getPath,
  isJsonObject,
  refKey,
  refOf,
  type JsonValue,
  type KubernetesObject,
  type ObjectRef,
} from '@capstan/object';

const SEALED = 'bitnami.com';
const EXTERNAL = 'external-secrets.io';
const groups: ReadonlySet<string> = new Set([SEALED, EXTERNAL]);
/** By this annotation a Secret is given to the controller of SealedSecrets; without it the Secret is in its way. */
const SEALED_MARK = 'sealedsecrets.bitnami.com/managed';

/** An object of which a controller makes a Secret. */
interface Maker {
  readonly name: string;
  /** Whether its controller takes a Secret over that is there already. */
  readonly adopts: (live: KubernetesObject) => boolean;
}

/**
 * Secrets that controllers make of SealedSecrets and ExternalSecrets: what is in them is those controllers' business.
 * They are not deleted for not being in Git any more, and what differs from Git in them is no drift.
 */
export class SecretMakers {
  readonly #makers = new Map<string, Maker>();

  /** `objects` are those that a build has, each where it is in the cluster. */
  constructor(objects: readonly { readonly ref: ObjectRef; readonly object: KubernetesObject }[]) {
    for (const { ref, object } of objects) {
      const made = madeBy(ref, object);
      if (made !== undefined) this.#makers.set(refKey(made.secret), made.maker);
    }
  }

  /** Who makes a live object, of the build or of its owners; undefined where nobody does. */
  makerOf(live: KubernetesObject): string | undefined {
    const ref = refOf(live);
    if (ref.group !== '' || ref.kind !== 'Secret') return undefined;
    const owner = ownerOf(live);
    if (owner !== undefined) return owner;
    const maker = this.#makers.get(refKey(ref));
    return maker?.adopts(live) === true ? maker.name : undefined;
  }
}

function madeBy(
  ref: ObjectRef,
  object: KubernetesObject,
): { readonly secret: ObjectRef; readonly maker: Maker } | undefined {
  const secret = { group: '', kind: 'Secret', namespace: ref.namespace };
  const name = `${ref.kind} ${ref.namespace}/${ref.name}`;
  if (ref.group === SEALED && ref.kind === 'SealedSecret') {
    const adopts = (live: KubernetesObject): boolean => getPath(live.metadata, 'annotations', SEALED_MARK) === 'true';
    return { secret: { ...secret, name: ref.name }, maker: { name, adopts } };
  }
  if (ref.group !== EXTERNAL || ref.kind !== 'ExternalSecret') return undefined;
  if (getPath(object, 'spec', 'target', 'creationPolicy') === 'None') return undefined;
  const target = getPath(object, 'spec', 'target', 'name');
  const made = typeof target === 'string' && target !== '' ? target : ref.name;
  return { secret: { ...secret, name: made }, maker: { name, adopts: () => true } };
}

function ownerOf(live: KubernetesObject): string | undefined {
  const owners = live.metadata['ownerReferences'];
  if (!Array.isArray(owners)) return undefined;
  for (const owner of owners as readonly JsonValue[]) {
    if (!isJsonObject(owner)) continue;
    const { apiVersion, kind, name } = owner;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') continue;
    if (groups.has(apiVersion.split('/')[0] ?? '')) return `${kind} ${refOf(live).namespace}/${name}`;
  }
  return undefined;
}
