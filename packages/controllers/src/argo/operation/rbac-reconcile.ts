import { deleteObject, type WriteContext } from '@capstan/apply';
import { CapstanError, isCapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { deepEqual, getPath, isJsonObject, refOf, type JsonObject, type JsonValue } from '@capstan/object';
import type { KubernetesObject } from '@capstan/object';
import { REPLACE_MANAGER } from '../names.ts';
import { kubectlName, serverWords } from './messages.ts';
import {
  missingRules,
  missingSubjects,
  roleRefOf,
  ruleObject,
  rulesOf,
  ruleText,
  subjectObject,
  subjectsOf,
  subjectText,
} from './rbac-rules.ts';

// `kubectl auth reconcile`, by which Argo CD writes roles and bindings before it applies them as anything else: it adds
// what is missing, and makes a binding anew that binds to something else, which no update can change. Source:
// kubernetes/kubectl pkg/cmd/auth/reconcile.go, gitops-engine pkg/utils/kube/resource_ops.go.

/** How often a conflict is met with a fresh look. */
const ATTEMPTS = 3;
/** An object that says so is left alone. */
const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

/** What reconciling came to: the object as it is now, and what kubectl says of it. */
export interface ReconciledAccess {
  readonly live: KubernetesObject | undefined;
  readonly words: string;
}

/** Whether Argo CD reconciles an object before it applies it. */
export function isAccess({ apiVersion }: KubernetesObject): boolean {
  return apiVersion === 'rbac.authorization.k8s.io/v1';
}

/** Reconciles a role or a binding. Throws KUBE_*; the words of a refusal begin as upstream's. */
export async function reconcileAccess(
  client: KubeClient,
  desired: KubernetesObject,
  live: KubernetesObject | undefined,
  context: WriteContext,
): Promise<ReconciledAccess> {
  const own = { ...context, manager: REPLACE_MANAGER };
  let before = live;
  for (let attempt = 1; ; attempt++) {
    try {
      return await reconcile(client, desired, before, own);
    } catch (error) {
      const isStale = isCapstanError(error, 'KUBE_CONFLICT', 'KUBE_ALREADY_EXISTS') || isGone(error, before);
      if (!isStale || attempt >= ATTEMPTS) throw inOurWords(error, desired, before);
      before = await client.find(refOf(desired), { signal: context.signal });
    }
  }
}

interface Change {
  readonly kind: 'none' | 'create' | 'update' | 'recreate';
  readonly object: KubernetesObject;
  /** What is added, a line each, under its heading. */
  readonly added: readonly string[];
}

async function reconcile(
  client: KubeClient,
  desired: KubernetesObject,
  live: KubernetesObject | undefined,
  context: WriteContext,
): Promise<ReconciledAccess> {
  const change = changeOf(desired, live);
  const isProtected = getPath(live?.metadata, 'annotations', AUTO_UPDATE) === 'false';
  const suffix = context.dryRun === true ? ' (dry run)' : '';
  const printed = `${kubectlName(refOf(desired))} reconciled${suffix}`;
  if (change.kind === 'none') return { live, words: printed };
  const caveat = isProtected ? `, but object opted out (${AUTO_UPDATE}: false)` : '';
  const details = [`reconciliation required ${change.kind}${caveat}`, ...change.added];
  const words = `${printed}. ${details.join('\n')}`;
  if (isProtected || context.dryRun === true) return { live, words };
  return { live: await write(client, change, live, context), words };
}

async function write(
  client: KubeClient,
  { kind, object }: Change,
  live: KubernetesObject | undefined,
  context: WriteContext,
): Promise<KubernetesObject> {
  const options = { fieldManager: context.manager, signal: context.signal };
  if (kind === 'update') return client.update(object, options);
  if (kind === 'recreate' && live !== undefined) await deleteObject(client, live, 'Background', context);
  return client.create(object, options);
}

function changeOf(desired: KubernetesObject, live: KubernetesObject | undefined): Change {
  const isBinding = desired.kind.endsWith('Binding');
  const own = { rules: live === undefined ? [] : rulesOf(live), subjects: live === undefined ? [] : subjectsOf(live) };
  const rules = live === undefined ? rulesOf(desired) : missingRules(own.rules, rulesOf(desired));
  const subjects = live === undefined ? subjectsOf(desired) : missingSubjects(own.subjects, subjectsOf(desired));
  const added = isBinding
    ? listed('missing subjects added:', subjects.map(subjectText))
    : listed('missing rules added:', rules.map(ruleText));
  if (live === undefined) return { kind: 'create', object: desired, added };
  if (isBinding && roleRefOf(desired) !== roleRefOf(live)) return { kind: 'recreate', object: desired, added: [] };
  const change: Record<string, JsonValue> = {};
  if (isBinding && subjects.length > 0)
    change['subjects'] = [...listAt(live, 'subjects'), ...subjects.map(subjectObject)];
  if (!isBinding && rules.length > 0) change['rules'] = [...listAt(live, 'rules'), ...rules.map(ruleObject)];
  const aggregation = aggregationOf(desired, live);
  const metadata = metadataOf(desired, live);
  if (Object.keys(change).length === 0 && aggregation === 'kept' && deepEqual(metadata, live.metadata))
    return { kind: 'none', object: live, added: [] };
  const { aggregationRule, ...rest } = live;
  const rule = aggregation === 'kept' ? aggregationRule : aggregation;
  const { apiVersion, kind } = live;
  const object = {
    ...rest,
    ...change,
    ...(rule === undefined ? {} : { aggregationRule: rule }),
    ...{ apiVersion, kind, metadata },
  };
  return { kind: 'update', object, added };
}

/** Labels and annotations are added; what is there already keeps its value, for now. */
function metadataOf(desired: KubernetesObject, live: KubernetesObject): KubernetesObject['metadata'] {
  const merged = (field: 'labels' | 'annotations'): JsonObject => {
    const [wanted, own] = [desired.metadata[field], live.metadata[field]].map((value) =>
      isJsonObject(value) ? value : {},
    );
    const all = { ...wanted, ...own };
    return Object.keys(all).length === 0 ? {} : { [field]: all };
  };
  return { ...live.metadata, ...merged('labels'), ...merged('annotations') };
}

/** The rule of aggregation as it is to be; undefined where there is to be none, `kept` where it stays. */
function aggregationOf(desired: KubernetesObject, live: KubernetesObject): JsonObject | undefined | 'kept' {
  const [wanted, own] = [desired['aggregationRule'], live['aggregationRule']];
  if (!isJsonObject(wanted)) return isJsonObject(own) ? undefined : 'kept';
  const selectors = (rule: JsonValue | undefined): readonly JsonValue[] => {
    const list = isJsonObject(rule) ? rule['clusterRoleSelectors'] : undefined;
    return Array.isArray(list) ? (list as readonly JsonValue[]) : [];
  };
  const known = selectors(own);
  const missing = selectors(wanted).filter((selector) => !known.some((other) => deepEqual(selector, other)));
  return missing.length === 0 ? 'kept' : { clusterRoleSelectors: [...known, ...missing] };
}

function listed(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`\t${heading}`, ...lines.map((line) => `\t\t${line}`)];
}

function listAt(object: KubernetesObject, field: string): readonly JsonValue[] {
  const list = object[field];
  return Array.isArray(list) ? (list as readonly JsonValue[]) : [];
}

function isGone(error: unknown, before: KubernetesObject | undefined): boolean {
  return before !== undefined && isCapstanError(error, 'KUBE_NOT_FOUND');
}

function inOurWords(error: unknown, desired: KubernetesObject, before: KubernetesObject | undefined): unknown {
  if (!(error instanceof CapstanError) || error.retry === 'transient') return error;
  const { namespace } = refOf(desired);
  const said = serverWords(error);
  const isMissing = before === undefined && isCapstanError(error, 'KUBE_NOT_FOUND') && namespace !== '';
  const words = isMissing ? `error getting namespace ${namespace}: ${said}` : said;
  const message = `error running kubectl auth reconcile: ${words}`;
  return new CapstanError(error.code, message, { cause: error, data: { step: 'reconcile' } });
}
