import { getPath, refOf, type JsonArray, type JsonValue, type KubernetesObject } from '@capstan/object';
import { liveText, textAt, type Observed } from './observe.ts';

/** Whether what was waited for holds; `newest` are the newest commits by repository URL. */
export type Condition = (observed: Observed, newest: ReadonlyMap<string, string>) => boolean;

/** What each `waitedFor` asks, as a predicate over the scenario's objects. Throws on what is not known here. */
export function conditionOf(waitedFor: string): Condition {
  if (/^(nothing but quiet|quiet for \d+ s|settled)$/.test(waitedFor)) return () => true;
  const parts = waitedFor
    .replace(/^healed$/, 'Synced')
    .replace(/^\d+ s and /, '')
    .split(', ')
    .map((part) => partOf(objectNamed(part)));
  return (observed, newest) => parts.every((part) => part(observed, newest));
}

/** How long nothing may happen before a step counts as over, in milliseconds. */
export function quietOf(waitedFor: string): number {
  const seconds = /^(?:quiet for )?(\d+) s/.exec(waitedFor)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  // Nobody waited for health: what becomes of it shows in the pause after the operation.
  if (/ op=\w+/.test(waitedFor) && !waitedFor.includes('health=')) return 5000;
  return waitedFor === 'nothing but quiet' || waitedFor === 'healed' ? 2500 : 2000;
}

/** The scenario's own Application goes without its name. */
const ANY = '*';

function objectNamed(part: string): string {
  const bare = /^(?:Application )?(Synced|OutOfSync|compared|gone)((?: at the newest commit)?)$/.exec(part);
  if (bare === null) return part;
  const [, word = '', newest = ''] = bare;
  return `Application/${ANY} ${word === 'compared' || word === 'gone' ? word : `sync=${word}`}${newest}`;
}

function partOf(part: string): Condition {
  const read = /^(\w+)\/([\w.*-]+)((?: .+)?)$/.exec(part);
  if (read === null) throw new Error(`it is not known here how to wait for "${part}"`);
  const [, kind = '', name = '', rest = ''] = read;
  const find = ({ gitops, managed }: Observed): KubernetesObject | undefined =>
    [...gitops, ...managed].find((object) => object.kind === kind && (name === ANY || refOf(object).name === name));
  const said = rest.trim().replaceAll('at the newest commit', '@newest').split(' ');
  const isLeftPending = said.includes('pending') || said.includes('gone');
  const words = kind === 'Application' && !isLeftPending ? [...said, 'settled'] : said;
  const checks = words.filter((word) => word !== '').map((word) => checkOf(word, kind));
  return (observed, newest) => {
    const object = find(observed);
    if (words.includes('gone')) return object === undefined;
    return object !== undefined && checks.every((check) => check(object, newest));
  };
}

type Check = (object: KubernetesObject, newest: ReadonlyMap<string, string>) => boolean;

function checkOf(word: string, kind: string): Check {
  const [key = '', value = ''] = word.split('=');
  if (word === 'gone') return () => true;
  if (word === '@newest') return kind === 'Application' ? applicationAtNewest : atNewest;
  if (word === 'reconciled') return (object) => isHandled(object) && !isUnderWay(object);
  if (word === 'Ready') return (object) => isHandled(object) && readyOf(object)?.status === 'True';
  if (key === 'Ready')
    return (object) =>
      isHandled(object) && readyOf(object)?.status === value && (value === 'False' || !isReconciling(object));
  if (key === 'sync') return (object) => isRefreshed(object) && liveText(object, 'status', 'sync', 'status') === value;
  if (key === 'health') return (object) => liveText(object, 'status', 'health', 'status') === value;
  if (key === 'op') return (object) => liveText(object, 'status', 'operationState', 'phase') === value;
  if (word === 'settled') return (object) => isCompared(object) && getPath(object, 'operation') === undefined;
  if (word === 'compared') return isCompared;
  if (key === 'cond') return (object) => conditionsOf(object).some((condition) => condition.type === value);
  if (key === 'retry')
    return (object) => Number(getPath(object, 'status', 'operationState', 'retryCount') ?? 0) >= Number(value);
  if (word === 'pending' || word === 'operation' || word === '') return () => true;
  if (kind === 'ConfigMap') return (object) => liveText(object, 'data', key) === value;
  throw new Error(`it is not known here how to wait for "${word}"`);
}

// The controller has seen the spec, and the request that stands in the annotations.
function isHandled(object: KubernetesObject): boolean {
  const asked = liveText(object, 'metadata', 'annotations', 'reconcile.fluxcd.io/requestedAt');
  if (asked !== liveText(object, 'status', 'lastHandledReconcileAt')) return false;
  const ready = readyOf(object);
  return ready?.observedGeneration === object.metadata['generation'];
}

// A refusal to compare leaves no more than a standing.
function isCompared(object: KubernetesObject): boolean {
  return isRefreshed(object) && liveText(object, 'status', 'sync', 'status') !== '';
}

function isRefreshed(object: KubernetesObject): boolean {
  return liveText(object, 'metadata', 'annotations', 'argocd.argoproj.io/refresh') === '';
}

// After a failure it goes on, with a retry: that is no sign of work under way.
function isUnderWay(object: KubernetesObject): boolean {
  const isProgressing = conditionsOf(object).some(
    ({ type, status, reason }) => type === 'Reconciling' && status === 'True' && reason === 'Progressing',
  );
  return isProgressing || readyOf(object)?.status === 'Unknown';
}

function isReconciling(object: KubernetesObject): boolean {
  return conditionsOf(object).some(({ type, status }) => type === 'Reconciling' && status === 'True');
}

// A source is at its repository's newest commit, a Kustomization has attempted one of the newest commits.
function atNewest(object: KubernetesObject, newest: ReadonlyMap<string, string>): boolean {
  const commits = [...newest.values()];
  const attempted = liveText(object, 'status', 'lastAttemptedRevision');
  const own = newest.get(liveText(object, 'spec', 'url'));
  const wanted = own === undefined ? commits : [own];
  if (object.kind === 'GitRepository')
    return wanted.some((commit) => liveText(object, 'status', 'artifact', 'revision').endsWith(commit));
  const messages = conditionsOf(object).map(({ message }) => message);
  return commits.some((commit) => attempted.endsWith(commit) || messages.some((message) => message.includes(commit)));
}

function applicationAtNewest(object: KubernetesObject, newest: ReadonlyMap<string, string>): boolean {
  const revisions = listAt(object, 'status', 'sync', 'revisions');
  const revision = liveText(object, 'status', 'sync', 'revision');
  const seen = [revision, ...revisions];
  return isRefreshed(object) && [...newest.values()].some((commit) => seen.includes(commit));
}

interface LiveCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: unknown;
}

function readyOf(object: KubernetesObject): LiveCondition | undefined {
  return conditionsOf(object).find(({ type }) => type === 'Ready');
}

function conditionsOf(object: KubernetesObject): readonly LiveCondition[] {
  return listAt(object, 'status', 'conditions').map((condition) => ({
    type: textAt(condition, 'type'),
    status: textAt(condition, 'status'),
    reason: textAt(condition, 'reason'),
    message: textAt(condition, 'message'),
    observedGeneration: getPath(condition, 'observedGeneration'),
  }));
}

function listAt(object: KubernetesObject, ...path: readonly string[]): JsonArray {
  const list: JsonValue | undefined = getPath(object, ...path);
  return Array.isArray(list) ? (list as JsonArray) : [];
}
