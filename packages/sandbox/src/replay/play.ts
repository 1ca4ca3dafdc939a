import { readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { parse } from '@capstan/yaml';
import { getPath, isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '@capstan/object';
import { Normaliser } from './normalise.ts';

/** A cluster to play against. */
export interface ReplayTarget {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}

/** One request of a script. `{{name}}` in path, token and body stands for what an earlier step kept under that name. */
export interface ReplayStep {
  /** What the step shows. */
  readonly about: string;
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly accept?: string;
  /** More headers; several values of one are sent as several headers. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Another bearer token than the target's; '' sends none. */
  readonly token?: string;
  readonly body?: JsonValue;
  /** Raw text instead of a body. */
  readonly text?: string;
  /** Names for parts of the answer: `{"rv": ["metadata", "resourceVersion"]}`. */
  readonly keep?: Readonly<Record<string, readonly (string | number)[]>>;
  /** Repeats the request until the answer has this status, for what a controller does; the last answer counts. */
  readonly until?: number;
  /** Repeats until the value at the path is the given one. */
  readonly untilValue?: { readonly path: readonly (string | number)[]; readonly is?: JsonValue };
  /** Keeps these parts of the answer alone, of each item where it is a list: what else there is differs by the cluster. */
  readonly show?: readonly (readonly (string | number)[])[];
  /** Plays the request, but keeps no answer: for the furniture of a script. */
  readonly quiet?: boolean;
  /** Lines of a watch to wait for. */
  readonly lines?: number;
}

/** What was answered, normalised. */
export interface ReplayAnswer {
  readonly about: string;
  readonly status: number;
  readonly warnings?: readonly string[];
  readonly body: JsonValue;
}

const RETRY_MS = 50;
const MAX_RETRIES = 200;

/** Where a kubeconfig points. */
export function targetOf(kubeconfig: string): ReplayTarget {
  const config = parse(kubeconfig);
  const text = (...path: (string | number)[]): string => {
    const value = getPath(config, ...path);
    return typeof value === 'string' ? value : '';
  };
  const file = text('clusters', 0, 'cluster', 'certificate-authority');
  const data = text('clusters', 0, 'cluster', 'certificate-authority-data');
  return {
    url: text('clusters', 0, 'cluster', 'server'),
    ca: file === '' ? Buffer.from(data, 'base64').toString('utf8') : readFileSync(file, 'utf8'),
    token: text('users', 0, 'user', 'token'),
  };
}

/** A script out of its file: a list of steps. */
export function readScript(text: string): readonly ReplayStep[] {
  const steps: unknown = JSON.parse(text);
  if (!Array.isArray(steps)) throw new TypeError('a script is a list of steps');
  return steps as readonly ReplayStep[];
}

/** Plays a script and returns what was answered. */
export async function play(target: ReplayTarget, steps: readonly ReplayStep[]): Promise<readonly ReplayAnswer[]> {
  const normaliser = new Normaliser();
  const kept = new Map<string, string>();
  const answers: ReplayAnswer[] = [];
  for (const step of steps) {
    const answer = await settle(target, step, kept);
    for (const [name, path] of Object.entries(step.keep ?? {})) {
      const value = getPath(answer.body, ...path);
      if (typeof value !== 'string') throw new Error(`${step.about}: the answer has no text at ${path.join('.')}`);
      kept.set(name, value);
    }
    if (step.quiet === true) continue;
    answers.push({
      about: step.about,
      status: answer.status,
      ...(answer.warnings.length === 0 ? {} : { warnings: answer.warnings }),
      body: normaliser.normalise(shown(answer.body, step.show)),
    });
  }
  return answers;
}

/** The parts of an answer that a step wants to show. */
function shown(body: JsonValue, paths: ReplayStep['show']): JsonValue {
  if (paths === undefined) return body;
  const items = getPath(body, 'items');
  if (Array.isArray(items)) return (items as readonly JsonValue[]).map((item) => shown(item, paths));
  return Object.fromEntries(
    paths.flatMap((path) => {
      const value = getPath(body, ...path);
      return value === undefined ? [] : [[path.join('.'), value]];
    }),
  );
}

interface Answer {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly body: JsonValue;
}

async function settle(target: ReplayTarget, step: ReplayStep, kept: ReadonlyMap<string, string>): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await send(target, step, kept);
    const { untilValue } = step;
    const reached =
      (step.until === undefined || answer.status === step.until) &&
      (untilValue === undefined || getPath(answer.body, ...untilValue.path) === untilValue.is);
    if (reached) return answer;
    if (attempt >= MAX_RETRIES) {
      throw new Error(`${step.about}: still ${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function send(target: ReplayTarget, step: ReplayStep, kept: ReadonlyMap<string, string>): Promise<Answer> {
  const fill = (text: string): string => text.replace(/\{\{(\w+)\}\}/g, (all, name: string) => kept.get(name) ?? all);
  const raw = step.text ?? (step.body === undefined ? undefined : JSON.stringify(step.body));
  const body = raw === undefined ? undefined : fill(raw);
  const token = step.token === undefined ? target.token : fill(step.token);
  const headers = {
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...Object.fromEntries(Object.entries(step.headers ?? {}).map(([name, value]) => [name, [value].flat()])),
    'user-agent': 'replay/1.0',
    ...(step.accept === undefined ? {} : { accept: step.accept }),
    ...(body === undefined
      ? {}
      : { 'content-type': step.type ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  return new Promise((resolve, reject) => {
    const url = `${target.url}${fill(step.path)}`;
    const options = { method: step.method, ca: target.ca, headers, agent: false };
    const sent = httpsRequest(url, options, (response) => {
      const warnings = warningsOf(response.rawHeaders);
      const status = response.statusCode ?? 0;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (step.lines !== undefined && text.split('\n').length > step.lines) response.destroy();
      });
      response.on('error', reject);
      response.on('close', () => resolve({ status, warnings, body: bodyOf(text, step.lines) }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function warningsOf(raw: readonly string[]): readonly string[] {
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === 'warning');
}

function bodyOf(text: string, lines: number | undefined): JsonValue {
  const one = (part: string): JsonValue => {
    try {
      return JSON.parse(part) as JsonValue;
    } catch (error) {
      if (error instanceof SyntaxError) return part;
      throw error;
    }
  };
  if (lines === undefined) return one(text);
  const events: JsonArray = text.split('\n').slice(0, lines).map(one);
  return events;
}

/** Whether a value is a mapping; for tests that look into answers. */
export function asMapping(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}
