import { isCapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { refOf, type KubernetesObject } from '@capstan/object';
import { compare, formatDifference, type Difference } from './compare.ts';
import { withoutPurposes } from './differences.ts';
import { compareEvents, EventLog, viewOfEvent } from './events.ts';
import { kubectl } from './kubectl.ts';
import { isRetrying, observe, scopeOf, signatureOf, textAt, type Observed, type Scope } from './observe.ts';
import { fillIn, matches } from './placeholders.ts';
import { withOwnHost, withRecordedHost } from './repositories.ts';
import type { Action, Scenario, Step } from './scenario.ts';
import type { Stage } from './stage.ts';
import { conditionOf, quietOf, type Condition } from './waits.ts';

/** What one step came to: its differences, or what went wrong. */
export interface StepReport {
  readonly step: string;
  readonly differences: readonly Difference[];
  readonly trouble?: string;
}

const STEP_TIMEOUT_MS = 60_000;
/** A scenario that once waited in vain is likely to do so again. */
const LATER_STEP_TIMEOUT_MS = 10_000;
const SCENARIO_TIMEOUT_MS = 420_000;
const LOOK_AGAIN_MS = 200;
/** A commit that no repository has. */
const UNKNOWN_COMMIT = 'c0ffee'.repeat(6) + 'c0ff';
/** Events are written at a pace, those of all scenarios after one another. */
const EVENTS_TIMEOUT_MS = 20_000;

/** What a scenario needs that is not played here; undefined when it can be replayed. */
export function needsOf(scenario: Scenario): string | undefined {
  const actions = scenario.steps.flatMap((step) => step.actions);
  if (actions.some(({ restart }) => restart !== undefined)) return 'a restart of the controllers';
  const asked = actions.filter((action) => !isQuestion(action));
  if (asked.some(({ argocd }) => argocd !== undefined)) return "Argo CD's command line";
  if (asked.some(({ http }) => http !== undefined)) return "Argo CD's API";
  if (actions.some(({ helm, publish }) => helm !== undefined || publish !== undefined)) return 'charts';
  const texts = actions.map((action) => `${action.kubectl ?? ''} ${action.input ?? ''}`);
  if (scenario.system === 'argo-cd') return undefined;
  return refusedByFlux.find((field) => texts.some((text) => new RegExp(`\\b${field}"?:`).test(text)));
}

/** Whether an action only asks argocd-server something, and leaves the cluster as it is: what it answers is no part of this. */
function isQuestion({ http = '', argocd = '' }: Action): boolean {
  if (http !== '') return http.startsWith('GET ') && !http.includes('refresh=');
  return /^app (?:get|resources|history|manifests) [\w-]+$/.test(argocd);
}

/** How many scenarios of a corpus a busy machine may miss: when things happen is part of what was recorded. */
export const REPLAY_SLACK = 2;

/** Fields that Flux's controllers refuse by name: a scenario that uses one cannot be replayed yet. */
const refusedByFlux: readonly string[] = [];

/** Replays a scenario on a stage, step by step. */
export async function replay(stage: Stage, scenario: Scenario): Promise<readonly StepReport[]> {
  const play = new Play(stage, scenario);
  try {
    return await play.run();
  } finally {
    await play.clean();
  }
}

class Play {
  readonly #stage: Stage;
  readonly #client: KubeClient;
  readonly #scenario: Scenario;
  readonly #scope: Scope;
  readonly #events: EventLog;
  readonly #commits = new Map<string, string>();
  /** The newest commit by repository URL, under the scenario's own host. */
  readonly #newest = new Map<string, string>();
  readonly #deadline = Date.now() + SCENARIO_TIMEOUT_MS;
  #patience = STEP_TIMEOUT_MS;

  constructor(stage: Stage, scenario: Scenario) {
    this.#stage = stage;
    this.#client = stage.client;
    this.#scenario = scenario;
    this.#scope = scopeOf(scenario);
    this.#events = new EventLog(stage.client, this.#scope);
  }

  async run(): Promise<readonly StepReport[]> {
    await this.#makeNamespaces();
    // A cluster that has seen the scenario before still tells of it.
    await this.#events.next();
    const reports: StepReport[] = [];
    for (const [index, step] of this.#scenario.steps.entries()) {
      const trouble = await this.#act(step);
      const observed = await observe(this.#client, this.#scope);
      reports.push({
        step: step.step,
        differences: await this.#differences(index, step, observed),
        ...(trouble === undefined ? {} : { trouble }),
      });
    }
    return reports;
  }

  /** Takes what the scenario left out of the way of the next ones. */
  async clean(): Promise<void> {
    const left = await observe(this.#client, this.#scope);
    for (const object of left.gitops) await removeNow(this.#client, object);
    for (const object of left.managed) await removeNow(this.#client, object);
    for (const name of this.#namespaces()) await this.#client.delete(namespaceRef(name)).catch(() => undefined);
  }

  #namespaces(): readonly string[] {
    const own = this.#scenario.system === 'flux' ? [this.#scenario.name] : [];
    return [...new Set([...own, ...this.#scope.managedNamespaces])];
  }

  async #makeNamespaces(): Promise<void> {
    const shared = this.#scenario.system === 'flux' ? [] : ['argocd'];
    for (const name of [...shared, ...this.#namespaces()]) {
      if (this.#isMadeByScenario(name)) continue;
      const before = await this.#client.find(namespaceRef(name));
      if (before?.metadata['deletionTimestamp'] !== undefined)
        await this.#until(async () => (await this.#client.find(namespaceRef(name))) === undefined);
      else if (before !== undefined) continue;
      try {
        await this.#client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      } catch (error) {
        // Scenarios side by side share namespaces.
        if (!isCapstanError(error, 'KUBE_ALREADY_EXISTS')) throw error;
      }
    }
  }

  // Some scenarios are about a namespace that is missing at first.
  #isMadeByScenario(name: string): boolean {
    const texts = this.#scenario.steps.flatMap(({ actions }) => actions.map(({ kubectl: args }) => args ?? ''));
    if (texts.some((args) => args === `create namespace ${name}`)) return true;
    return this.#scenario.steps.some(({ snapshot }) =>
      snapshot.managed.some(
        (object) => textAt(object, 'kind') === 'Namespace' && textAt(object, 'metadata', 'name') === name,
      ),
    );
  }

  /** Plays a step's actions and waits. Returns what went wrong. */
  async #act(step: Step): Promise<string | undefined> {
    try {
      for (const action of step.actions) await this.#play(action);
      await this.#settle(conditionOf(step.waitedFor), quietOf(step.waitedFor));
      return undefined;
    } catch (error) {
      return `${step.waitedFor}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async #play(action: Action): Promise<void> {
    const { name } = this.#scenario;
    if (isQuestion(action)) return;
    if (action.git !== undefined) return this.#commit(action.git.commit);
    if (action.kubectl !== undefined) {
      const own = (text: string): string =>
        fillIn(withOwnHost(text, name), { commits: this.#commits }).replace(/<sha1-\d+>/g, UNKNOWN_COMMIT);
      const input = action.input === undefined ? undefined : own(action.input);
      const played = kubectl(this.#client, own(action.kubectl), input);
      if (action.refused === undefined) return played;
      const outcome = await played.then(
        () => 'accepted',
        () => 'refused',
      );
      if (outcome === 'accepted') throw new Error(`kubectl ${action.kubectl} was accepted, not refused`);
      return;
    }
    if (action.wait !== undefined) {
      const waited = action.wait.replace(/ Ready$/, ' Ready=True');
      return this.#settle(conditionOf(waited), 0);
    }
    throw new Error(`this action is not played here: ${JSON.stringify(action)}`);
  }

  async #commit(placeholder: string): Promise<void> {
    const { name, repository, system } = this.#scenario;
    const commit = repository.find((one) => one.commit === placeholder);
    if (commit === undefined) throw new Error(`the scenario has no ${placeholder}`);
    // Argo CD's Applications may stand in Git; there the host is part of the content.
    const files = Object.fromEntries(
      Object.entries(commit.files ?? {}).map(([path, text]) => [
        path,
        text === null || system === 'flux' ? text : withOwnHost(text, name),
      ]),
    );
    const hash = await this.#stage.git.commit(name, commit, files);
    this.#commits.set(placeholder, hash);
    this.#newest.set(withOwnHost(commit.repository ?? 'http://git.example/repo.git', name), hash);
  }

  /** Waits until the condition holds and nothing has changed for `quietMs`. */
  async #settle(condition: Condition, quietMs: number): Promise<void> {
    let signature = '';
    let since = Date.now();
    let retries = false;
    await this.#until(
      async () => {
        const observed = await observe(this.#client, this.#scope);
        const now = signatureOf(observed);
        if (now !== signature || this.#stage.isBusy(this.#isOwn)) since = Date.now();
        signature = now;
        retries = observed.gitops.some(isRetrying);
        return condition(observed, this.#newest) && Date.now() - since >= quietMs;
      },
      () => retries,
    );
  }

  // The queues' keys of this scenario's resources.
  readonly #isOwn = (key: string): boolean => {
    const { names, gitopsNamespaces } = this.#scope;
    const [namespace = '', name = ''] = key.split('/');
    return gitopsNamespaces.includes(namespace) && (names === undefined || names.has(name));
  };

  /** Waits; a pause between attempts is as long as the spec wants it. */
  async #until(holds: () => Promise<boolean>, pauses = (): boolean => false): Promise<void> {
    const later = (): number => Math.min(Date.now() + this.#patience, this.#deadline);
    let deadline = later();
    while (!(await holds())) {
      if (pauses()) deadline = later();
      if (Date.now() > deadline) {
        this.#patience = LATER_STEP_TIMEOUT_MS;
        throw new Error('waited in vain');
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async #differences(index: number, step: Step, observed: Observed): Promise<readonly Difference[]> {
    const known = { commits: this.#commits };
    const { name } = this.#scenario;
    const recorded = <T>(value: T): T => recordedHost(value, name);
    const managed = observed.managed.map(recorded);
    const { snapshot } = step;
    const found = [
      ...compareObjects('gitops', snapshot.gitops, observed.gitops.map(recorded), known),
      ...compareObjects('managed', snapshot.managed, managed, known),
      ...(await this.#eventDifferences(index, step)),
    ];
    if (found.length === 0) return [];
    const next = this.#scenario.steps[index + 1];
    const ahead = next === undefined ? [] : compareObjects('managed', next.snapshot.managed, managed, known);
    return withoutPurposes(this.#scenario, index, found, ahead);
  }

  /** Events are written in their own time: those that are missing are waited for a little. */
  async #eventDifferences(index: number, { snapshot }: Step): Promise<readonly Difference[]> {
    const known = { commits: this.#commits };
    const before = this.#scenario.steps.slice(0, index).flatMap((earlier) => earlier.snapshot.events);
    const deadline = Date.now() + EVENTS_TIMEOUT_MS;
    const seen: Readonly<Record<string, unknown>>[] = [];
    for (;;) {
      seen.push(...(await this.#events.next()).map((event) => recordedHost(viewOfEvent(event), this.#scenario.name)));
      const found = compareEvents(snapshot.events, seen, before, known);
      if (Date.now() > deadline || found.every(({ actual }) => actual !== undefined)) return found;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

function compareObjects(
  what: string,
  expected: readonly Readonly<Record<string, unknown>>[],
  actual: readonly Readonly<Record<string, unknown>>[],
  known: Parameters<typeof compare>[2],
): readonly Difference[] {
  const keyOf = (object: unknown): string =>
    [textAt(object, 'kind'), textAt(object, 'metadata', 'namespace'), textAt(object, 'metadata', 'name')]
      .filter((part) => part !== '')
      .join('/');
  // Names may hold commits and times.
  const isSame = (wanted: unknown, found: unknown): boolean => matches(keyOf(wanted), keyOf(found), known);
  const differences = expected.flatMap((wanted): readonly Difference[] => {
    const path = `${what}[${keyOf(wanted)}]`;
    const found = actual.find((object) => isSame(wanted, object));
    return found === undefined ? [{ path, expected: wanted, actual: found }] : compare(wanted, found, known, path);
  });
  const unwanted = actual.filter((object) => !expected.some((wanted) => isSame(wanted, object)));
  return [
    ...differences,
    ...unwanted.map((found) => ({ path: `${what}[${keyOf(found)}]`, expected: undefined, actual: found })),
  ];
}

function recordedHost<T>(value: T, scenario: string): T {
  if (typeof value === 'string') return withRecordedHost(value, scenario) as T & string;
  if (Array.isArray(value)) return value.map((member: unknown) => recordedHost(member, scenario)) as T & unknown[];
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => [key, recordedHost(member, scenario)]),
  ) as T;
}

function namespaceRef(name: string) {
  return { group: '', version: 'v1', kind: 'Namespace', namespace: '', name } as const;
}

async function removeNow(client: KubeClient, object: KubernetesObject): Promise<void> {
  const ref = refOf(object);
  if (Array.isArray(object.metadata['finalizers']))
    await client
      .patch(ref, { kind: 'merge', patch: { metadata: { finalizers: null } } }, { fieldManager: 'capstan-conformance' })
      .catch(() => undefined);
  await client.delete(ref, { propagation: 'Background' }).catch(() => undefined);
}

/** A report as a person reads it: a line a step, and each difference as path, expected, got. */
export function formatReports(reports: readonly StepReport[]): string {
  const matched = reports.filter(isMatched).length;
  const lines = reports.map((report) => {
    const head = `${isMatched(report) ? 'ok  ' : 'FAIL'} ${report.step}`;
    const trouble = report.trouble === undefined ? [] : [`  trouble: ${report.trouble}`];
    return [head, ...trouble, ...report.differences.map(formatDifference)].join('\n');
  });
  return [`steps matched ${matched}/${reports.length}`, ...lines].join('\n');
}

/** Whether a step left what upstream left. */
export function isMatched({ differences, trouble }: StepReport): boolean {
  return differences.length === 0 && trouble === undefined;
}
