import { readFileSync } from 'node:fs';
import { parse } from '@capstan/yaml';
import { z } from 'zod';

const text = z.record(z.string(), z.unknown());

const gitAction = z.looseObject({
  commit: z.string(),
  branch: z.string().optional(),
  tag: z.string().optional(),
  forcePush: z.boolean().optional(),
  repository: z.string().optional(),
});

const action = z.looseObject({
  git: gitAction.optional(),
  kubectl: z.string().optional(),
  input: z.string().optional(),
  refused: z.string().optional(),
  wait: z.string().optional(),
  http: z.string().optional(),
  argocd: z.string().optional(),
  helm: z.unknown().optional(),
  publish: z.unknown().optional(),
  restart: z.string().optional(),
});

const event = z.looseObject({
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  source: z.looseObject({ component: z.string().optional() }),
});

const snapshot = z.looseObject({
  gitops: z.array(text),
  managed: z.array(text),
  events: z.array(event),
});

const commit = z.looseObject({
  commit: z.string(),
  message: z.string(),
  branch: z.string().optional(),
  tag: z.string().optional(),
  forcePush: z.boolean().optional(),
  repository: z.string().optional(),
  files: z.record(z.string(), z.string().nullable()).optional(),
});

const scenario = z.looseObject({
  name: z.string(),
  description: z.string(),
  system: z.enum(['flux', 'argo-cd']),
  repository: z.array(commit),
  steps: z.array(
    z.looseObject({ step: z.string(), actions: z.array(action), waitedFor: z.string(), snapshot: snapshot }),
  ),
});

/** A recorded scenario: commits, steps of actions, and what stood in the cluster after each step. */
export type Scenario = z.infer<typeof scenario>;
export type Step = Scenario['steps'][number];
export type Action = Step['actions'][number];
export type Commit = Scenario['repository'][number];
export type RecordedEvent = z.infer<typeof event>;

/** Reads a scenario. Throws with the file and the field that does not fit. */
export function readScenario(file: string): Scenario {
  const read = scenario.safeParse(
    parse(readFileSync(file), { source: file, limits: { maxAliasExpansion: 1_000_000 } }),
  );
  if (read.success) return read.data;
  throw new Error(`${file} is no recorded scenario: ${read.error.message}`);
}
