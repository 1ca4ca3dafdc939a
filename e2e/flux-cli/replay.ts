import { kstatusOf } from '@capstan/health';
import type { KubeClient } from '@capstan/kube';
import { encodeJson, getPath, isJsonObject, parseJson, type JsonObject, type JsonValue } from '@capstan/object';
import type { KubernetesObject } from '@capstan/object';
import { conditionOf, entriesAt, textAt } from '../fields.ts';
import { inOrder } from './program.ts';

/** Where the commands look. */
export interface FluxPlace {
  /** Of the Kustomization and its source, which have the same name. */
  readonly namespace: string;
  readonly name: string;
  /** Where the objects are. */
  readonly workload: string;
}

const OWNER = 'kustomize.toolkit.fluxcd.io';
const KUSTOMIZE = `/apis/${OWNER}/v1`;
const SOURCE = '/apis/source.toolkit.fluxcd.io/v1';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const PART_OF = 'labelSelector=app.kubernetes.io%2Fpart-of%3Dflux';
const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
const MERGE = 'application/merge-patch+json';
const LOOKS = 120;
let requests = 0;

/**
 * What each command of Flux's program asks of the API server, and what it needs of the answers, as it is written in
 * fluxcd/flux2 `cmd/flux`. The program itself is run beside it where there is one, so that this stays true of it.
 */
export class FluxReplay {
  readonly #client: KubeClient;
  readonly #place: FluxPlace;
  readonly #changed: (seen: KubernetesObject) => Promise<void>;
  readonly asked = new Set<string>();

  /** `changed` resolves when an object is no longer as it was seen. */
  constructor(client: KubeClient, place: FluxPlace, changed: (seen: KubernetesObject) => Promise<void>) {
    this.#client = client;
    this.#place = place;
    this.#changed = changed;
  }

  /** `flux get kustomizations`, `get sources git`: a row each, with revision and Ready. */
  async get(): Promise<void> {
    const [kustomization] = await this.#items(this.#kustomizations);
    const [source] = await this.#items(this.#sources);
    must(textAt(kustomization, 'status', 'lastAppliedRevision') !== '', 'get: no revision of the Kustomization');
    must(textAt(source, 'status', 'artifact', 'revision') !== '', 'get: no revision of the source');
    for (const object of [kustomization, source]) this.#ready(object, 'get');
  }

  /** `flux reconcile kustomization --with-source`: the request is noted as handled, and kstatus says Current. */
  async reconcile(): Promise<void> {
    await this.#ask('GET', this.#own(this.#kustomizations));
    await this.#reconcileOne(this.#own(this.#sources));
    await this.#reconcileOne(this.#own(this.#kustomizations));
  }

  /** `flux suspend kustomization`. */
  async suspend(): Promise<void> {
    const path = this.#own(this.#kustomizations);
    const found = await this.#items(this.#selected(this.#kustomizations));
    must(found.length === 1, 'suspend: it is not found by its name');
    await this.#patch(path, { spec: { suspend: true } });
  }

  /** `flux resume kustomization`: Ready for the newest generation, then the revision. */
  async resume(): Promise<void> {
    const path = this.#own(this.#kustomizations);
    await this.#items(this.#selected(this.#kustomizations));
    await this.#patch(path, { spec: { suspend: null } });
    const object = await this.#until(path, 'it has resumed', (seen) => {
      const generation = getPath(seen, 'metadata', 'generation');
      const { status } = kstatusOf(seen, Date.now());
      return getPath(seen, 'status', 'observedGeneration') === generation && status === 'Current';
    });
    this.#ready(object, 'resume');
  }

  /** `flux events --for Kustomization/NAME`: its own and its source's, each with what the table shows. */
  async events(): Promise<void> {
    const { namespace, name } = this.#place;
    const events = `/api/v1/namespaces/${namespace}/events`;
    await this.#ask('GET', this.#own(this.#kustomizations));
    await this.#items(`${events}?limit=500`);
    for (const kind of ['Kustomization', 'GitRepository']) {
      const selector = `involvedObject.kind%3D${kind}%2CinvolvedObject.name%3D${name}`;
      const found = await this.#items(`${events}?fieldSelector=${selector}&limit=500`);
      must(found.length > 0, `events: none of the ${kind}`);
      for (const event of found) {
        for (const field of ['type', 'reason', 'message'])
          must(textAt(event, field) !== '', `events: an event has no ${field}`);
        must(textAt(event, 'lastTimestamp') + textAt(event, 'eventTime') !== '', 'events: an event has no time');
      }
    }
  }

  /** `flux trace deployment NAME`: from the object's labels to the Kustomization, and on to the source. */
  async trace(deployment: string): Promise<void> {
    const { workload, namespace, name } = this.#place;
    const object = await this.#ask('GET', `/apis/apps/v1/namespaces/${workload}/deployments/${deployment}`);
    must(textAt(object, 'metadata', 'labels', `${OWNER}/name`) === name, 'trace: no label with the name');
    must(
      textAt(object, 'metadata', 'labels', `${OWNER}/namespace`) === namespace,
      'trace: no label with the namespace',
    );
    this.#ready(asObject(await this.#ask('GET', this.#own(this.#kustomizations))), 'trace');
    this.#ready(asObject(await this.#ask('GET', this.#own(this.#sources))), 'trace');
  }

  /** `flux tree kustomization`: identifiers that cli-utils reads. */
  async tree(deployment: string): Promise<void> {
    const object = await this.#ask('GET', this.#own(this.#kustomizations));
    const entries = entriesAt(object, 'status', 'inventory', 'entries');
    const wanted = `${this.#place.workload}_${deployment}_apps_Deployment`;
    must(
      entries.some((entry) => textAt(entry, 'id') === wanted),
      `tree: the inventory has no ${wanted}`,
    );
    for (const entry of entries) {
      const parts = textAt(entry, 'id').split('_');
      must(parts.length === 4 && textAt(entry, 'v') !== '', `tree: ${JSON.stringify(entry)} is no entry`);
    }
  }

  /** `flux export kustomization`, `export source git`: what was asked for, as it was. */
  async export(): Promise<void> {
    for (const path of [this.#own(this.#kustomizations), this.#own(this.#sources)])
      must(textAt(await this.#ask('GET', path), 'spec', 'interval') !== '', 'export: no spec');
  }

  /**
   * `flux diff kustomization --path`: a dry-run as kustomize-controller of each object of the build. What is as it
   * should be comes back as it is.
   */
  async diff(
    objects: readonly { readonly resource: string; readonly desired: KubernetesObject }[],
  ): Promise<readonly string[]> {
    await this.#ask('GET', this.#own(this.#kustomizations));
    const drifted: string[] = [];
    for (const { resource, desired } of objects) {
      const name = textAt(desired, 'metadata', 'name');
      const [group = '', plural = ''] = resource.split('/');
      const root = group === 'v1' ? '/api/v1' : `/apis/${group}/v1`;
      const path = `${root}/namespaces/${this.#place.workload}/${plural}/${name}`;
      const live = await this.#ask('GET', path);
      const tried = await this.#ask('PATCH', `${path}?dryRun=All&fieldManager=kustomize-controller&force=true`, {
        body: encodeJson(desired),
        contentType: 'application/apply-patch+yaml',
      });
      if (contentOf(live) !== contentOf(tried)) drifted.push(name);
    }
    return drifted;
  }

  /** `flux stats`: counts by kind; kinds that are not served count as none. */
  async stats(): Promise<void> {
    const sources = await this.#items(this.#sources);
    must(typeof getPath(sources[0], 'status', 'artifact', 'size') === 'number', 'stats: no size of the artifact');
    await this.#items(this.#kustomizations);
  }

  /** `flux check`, `version`, `logs` in the namespace of the controllers: a labelled Deployment, its image's tag, its pods. */
  async controllers(namespace: string): Promise<void> {
    must(/^v1\.(3[3-9]|[4-9]\d)/.test(textAt(await this.#ask('GET', '/version'), 'gitVersion')), 'check: the version');
    const source = await this.#ask('GET', `${DEFINITIONS}/gitrepositories.source.toolkit.fluxcd.io`);
    must(source !== null, 'check: no definition of GitRepositories');
    const definitions = await this.#items(`${DEFINITIONS}?${PART_OF}`);
    must(definitions.length >= 2, 'check: no labelled definitions');
    for (const { status } of definitions)
      must(Array.isArray(getPath(status, 'storedVersions')), 'check: a definition has no stored versions');
    const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const [deployment] = await this.#items(`${deployments}?${PART_OF}`);
    must(deployment !== undefined, 'check: no labelled Deployment');
    await this.#until(`${deployments}/${textAt(deployment, 'metadata', 'name')}`, 'the controllers are up', (seen) => {
      return kstatusOf(seen, Date.now()).status === 'Current';
    });
    const listed = await this.#items(`${deployments}?limit=500`);
    must(
      listed.some((entry) => textAt(entry, 'metadata', 'name') === textAt(deployment, 'metadata', 'name')),
      'check: the Deployment is not listed',
    );
    // How it stands is read from what it has made as well.
    await this.#items(`/apis/apps/v1/namespaces/${namespace}/replicasets?limit=500`);
    await this.#items(`/api/v1/namespaces/${namespace}/pods?limit=500`);
    for (const container of entriesAt(deployment, 'spec', 'template', 'spec', 'containers'))
      must(/[^/]:[^/]+$/.test(textAt(container, 'image')), 'version: an image without a tag');
    const labels = getPath(deployment, 'spec', 'template', 'metadata', 'labels');
    const selector = (isJsonObject(labels) ? Object.keys(labels) : []).map((key) => `${key}=${textAt(labels, key)}`);
    const pods = await this.#items(
      `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector.join(','))}`,
    );
    must(pods.length > 0, 'logs: the labels of the template find no pod');
  }

  get #kustomizations(): string {
    return `${KUSTOMIZE}/namespaces/${this.#place.namespace}/kustomizations`;
  }

  get #sources(): string {
    return `${SOURCE}/namespaces/${this.#place.namespace}/gitrepositories`;
  }

  #own(collection: string): string {
    return `${collection}/${this.#place.name}`;
  }

  #selected(collection: string): string {
    return `${collection}?fieldSelector=metadata.name%3D${this.#place.name}`;
  }

  async #reconcileOne(path: string): Promise<void> {
    const before = textAt(await this.#ask('GET', path), 'status', 'lastHandledReconcileAt');
    const partial = await this.#ask('GET', path, { accept: METADATA_ONLY });
    must(textAt(partial, 'kind') === 'PartialObjectMetadata', 'reconcile: the server does not give metadata alone');
    const at = `e2e-flux-cli-${++requests}`;
    await this.#patch(path, { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': at } } });
    const object = await this.#until(path, 'the request has been handled', (seen) => {
      const { status, message } = kstatusOf(seen, Date.now());
      must(status === 'Current' || status === 'InProgress', `reconcile: ${status}: ${message}`);
      return textAt(seen, 'status', 'lastHandledReconcileAt') !== before && status === 'Current';
    });
    this.#ready(object, 'reconcile');
  }

  #ready(object: KubernetesObject | undefined, command: string): void {
    const ready = conditionOf(object, 'Ready');
    must(textAt(ready, 'status') === 'True' && textAt(ready, 'message') !== '', `${command}: not Ready`);
  }

  async #until(path: string, what: string, holds: (seen: KubernetesObject) => boolean): Promise<KubernetesObject> {
    for (let looks = 0; looks < LOOKS; looks++) {
      const seen = asObject(await this.#ask('GET', path));
      if (holds(seen)) return seen;
      await this.#changed(seen);
    }
    throw new Error(`${what}: not so after ${LOOKS} looks`);
  }

  async #items(path: string): Promise<readonly KubernetesObject[]> {
    return entriesAt(await this.#ask('GET', path), 'items').map((item) =>
      asObject({ apiVersion: '', kind: '', ...item }),
    );
  }

  #patch(path: string, body: JsonObject): Promise<JsonValue> {
    return this.#ask('PATCH', path, { body, contentType: MERGE });
  }

  async #ask(
    method: 'GET' | 'PATCH',
    path: string,
    more: { readonly body?: JsonValue; readonly contentType?: string; readonly accept?: string } = {},
  ): Promise<JsonValue> {
    this.asked.add(`${method} ${inOrder(path)}`);
    return parseJson((await this.#client.raw({ method, path, ...more })).body);
  }
}

function must(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new Error(problem);
}

function asObject(value: JsonValue): KubernetesObject {
  const metadata = getPath(value, 'metadata');
  if (!isJsonObject(value) || !isJsonObject(metadata)) throw new Error('the server answered with no object');
  return { ...value, apiVersion: textAt(value, 'apiVersion'), kind: textAt(value, 'kind'), metadata };
}

/** What `flux diff` compares. */
function contentOf(object: JsonValue): string {
  const { metadata, status: _status, ...rest } = asObject(object);
  const { labels = null, annotations = null } = metadata;
  return encodeJson({ ...rest, labels, annotations });
}
