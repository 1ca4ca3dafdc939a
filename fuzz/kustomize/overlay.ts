import { oddScalar } from '../odd-scalars.ts';
import { printYaml, type Made, type MadeMapping } from '../yaml-text.ts';
import type { FileSet } from '../file-set.ts';
import type { Random } from '../random.ts';
import { Draft } from './draft.ts';
import { fields, type FieldName } from './fields.ts';
import { mutate } from './mutate.ts';
import type { Known } from './object-pool.ts';
import { makeObject } from './objects.ts';

/** A case: the files, and the folder that is built. */
export interface Overlay {
  readonly files: FileSet;
  readonly root: string;
}

/** Makes an overlay with its bases and components; with `only`, that field stands in each and others seldom. */
export function makeOverlay(random: Random, only?: FieldName): Overlay {
  random.wildness = random.chance(0.7) ? 0 : 2;
  const files = new Map<string, string | Uint8Array>();
  const maker = new OverlayMaker(random, files, only);
  maker.kustomization('root', 0, 'Kustomization');
  if (random.chance(0.02) || random.slip(0.1)) mutate(random, files);
  return { files, root: 'root' };
}

const MAX_DEPTH = 3;

class OverlayMaker {
  readonly #random: Random;
  readonly #files: Map<string, string | Uint8Array>;
  readonly #only: FieldName | undefined;
  readonly #changesKinds: boolean;
  readonly #freeVariables = ['NAME', 'PORT', 'IMAGE'];
  #folders = 0;

  constructor(random: Random, files: Map<string, string | Uint8Array>, only: FieldName | undefined) {
    this.#random = random;
    this.#files = files;
    this.#only = only;
    this.#changesKinds = random.chance(0.25);
  }

  kustomization(
    folder: string,
    depth: number,
    kind: 'Kustomization' | 'Component',
    inherited: readonly Known[] = [],
  ): readonly Known[] {
    const random = this.#random;
    const draft = new Draft(folder, this.#files, this.#freeVariables, this.#changesKinds);
    draft.known = [...inherited];
    const resources = [...this.#bases(draft, depth), ...this.#manifests(draft, kind)];
    const made: Record<string, Made | undefined> = {
      apiVersion: random.maybe(kind === 'Component' ? 0.9 : 0.4, () => this.#apiVersion(kind)),
      kind: kind === 'Component' || random.chance(0.4) ? kind : undefined,
      [random.chance(0.05) ? 'bases' : 'resources']:
        resources.length === 0 && random.chance(0.5) ? undefined : resources,
    };
    const components = this.#components(draft, depth);
    if (components.length > 0) made['components'] = components;
    for (const [name, { share, make }] of Object.entries(fields) as [FieldName, (typeof fields)[FieldName]][]) {
      if (this.#changesKinds && /enerator/.test(name)) continue;
      const chance = this.#only === undefined ? share : this.#only === name ? 0.9 : share / 6;
      if (random.chance(chance)) made[this.#keyOf(name)] = make(random, draft);
    }
    if (random.slip(0.005)) made['unknownField'] = 'x';
    const name = random.chance(0.9) ? 'kustomization.yaml' : random.pick(['kustomization.yml', 'Kustomization']);
    this.#files.set(`${folder}/${name}`, printYaml(shuffled(random, made), random));
    return renamed(draft.known, made);
  }

  #apiVersion(kind: 'Kustomization' | 'Component'): string {
    if (this.#random.slip(0.01)) return 'kustomize.config.k8s.io/v2';
    return `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`;
  }

  /** Go reads names of fields without regard to case. */
  #keyOf(name: string): string {
    return this.#random.chance(0.01) ? name.toUpperCase() : name;
  }

  #bases(draft: Draft, depth: number): string[] {
    const random = this.#random;
    const count = depth >= MAX_DEPTH ? 0 : random.chance(0.45) ? 1 : random.chance(0.15) ? 2 : 0;
    return Array.from({ length: count }, () => {
      const folder = `base-${this.#folders++}`;
      const kind = random.slip(0.005) ? 'Component' : 'Kustomization';
      draft.known = [...draft.known, ...this.kustomization(folder, depth + 1, kind)];
      return `../${folder}${random.chance(0.1) ? '/' : ''}`;
    });
  }

  #components(draft: Draft, depth: number): string[] {
    const random = this.#random;
    if (depth >= MAX_DEPTH || !random.chance(0.15)) return [];
    return random.list(1, 2, () => {
      const folder = `component-${this.#folders++}`;
      draft.known = [
        ...this.kustomization(folder, depth + 1, random.slip(0.01) ? 'Kustomization' : 'Component', draft.known),
      ];
      return `../${folder}`;
    });
  }

  #manifests(draft: Draft, kind: 'Kustomization' | 'Component'): string[] {
    const random = this.#random;
    return random.list(kind === 'Component' ? 0 : 1, kind === 'Component' ? 1 : 3, () => {
      const objects = random.list(1, random.chance(0.3) ? 3 : 1, () => this.#newObject(draft));
      const text = random.chance(0.05)
        ? listOf(objects, random)
        : objects.map((object) => printYaml(object, random)).join('---\n');
      return draft.addFile(random, 'manifest', decorated(text, random), random.chance(0.95) ? 'yaml' : 'json');
    });
  }

  /** An object of which the id is not taken yet, but for a few. */
  #newObject(draft: Draft): MadeMapping {
    for (let tries = 0; ; tries++) {
      const object = makeObject(this.#random);
      const known = knownOf(object);
      const same = (other: Known) =>
        other.kind === known.kind && (other.name === known.name || other.now === known.name);
      if (draft.known.some(same) && tries < 20 && !this.#random.slip(0.02)) continue;
      draft.known = [...draft.known, known];
      return object;
    }
  }
}

function listOf(objects: readonly MadeMapping[], random: Random): string {
  return printYaml({ apiVersion: 'v1', kind: random.pick(['List', 'List', 'ConfigMapList']), items: objects }, random);
}

function decorated(text: string, random: Random): string {
  if (random.chance(0.9)) return text;
  if (random.slip(0.1)) return random.pick([`%YAML 1.1\n---\n${text}`, `${text}---\nnull\n`, `${text}...\n`]);
  return random.pick([
    `---\n${text}`,
    `# head\n${text}`,
    `${text}---\n`,
    `---\n---\n${text}`,
    `\n\n${text}`,
    `${text}---\n# nothing\n`,
    `--- # said\n${text}`,
  ]);
}

function knownOf(object: MadeMapping): Known {
  const metadata = object['metadata'] as MadeMapping;
  const text = (value: Made | undefined) => (typeof value === 'string' ? value : undefined);
  const name = text(metadata['name']) ?? 'app';
  return {
    apiVersion: text(object['apiVersion']) ?? '',
    kind: text(object['kind']) ?? '',
    name,
    now: name,
    namespace: text(metadata['namespace']),
  };
}

/** The objects with the names that a kustomization gives them, as far as its fields tell. */
function renamed(known: readonly Known[], made: Readonly<Record<string, Made | undefined>>): readonly Known[] {
  const text = (name: string) => (typeof made[name] === 'string' ? made[name] : '');
  const namespace = text('namespace');
  return known.map((object) => ({
    ...object,
    now: `${text('namePrefix')}${object.now}${text('nameSuffix')}`,
    namespace: namespace === '' ? object.namespace : namespace,
  }));
}

function shuffled(random: Random, made: Readonly<Record<string, Made | undefined>>): MadeMapping {
  const entries = Object.entries(made).filter(([, value]) => value !== undefined);
  if (random.chance(0.1)) entries.sort(() => random.next() - 0.5);
  if (random.slip(0.005)) entries.push([random.pick(['namePrefix', 'resources', 'labels']), oddScalar(random)]);
  return Object.fromEntries(entries);
}
