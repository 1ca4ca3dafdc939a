import { deepStrictEqual } from 'node:assert/strict';
import { AppProject } from '@capstan/api';
import {
  allManual,
  allowsOverrun,
  canSync,
  closedAllows,
  denies,
  effectiveSourceIntegrity,
  groupProblem,
  isAmongClusters,
  isDestinationPermitted,
  isKindPermitted,
  isNamespacePermitted,
  isOpen,
  isSourcePermitted,
  isValidAction,
  isValidPolicyObject,
  matchesPattern,
  matchingWindows,
  openWindows,
  policyProblem,
  projectFault,
  windowProblem,
  type ProjectProblem,
  type SyncWindow,
} from '@capstan/controllers/argo-project';
import { isCapstanError } from '@capstan/errors';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { expectEqual, failed, passed, skipped } from '../expect.ts';
import { repositoryOf } from './argo-project-sources.ts';

const spec = AppProject.shape.spec;
// Upstream's cases leave out what its types do not require.
const project = z.looseObject({
  metadata: z.looseObject({ name: z.string().default('') }).default({ name: '' }),
  spec: spec.default({}),
});
const windows = z.array(z.custom<SyncWindow>((value) => spec.shape.syncWindows.safeParse([value]).success));
const now = z.string().transform((text) => Date.parse(text));
const errorSchema = z.union([
  z.object({ any: z.literal(true) }),
  z.object({ contains: z.array(z.string()) }),
  z.object({ equals: z.string() }),
]);
const expectedSchema = z.looseObject({
  value: z.unknown().optional(),
  valid: z.boolean().optional(),
  count: z.number().optional(),
  index: z.number().optional(),
  manualEnabled: z.boolean().optional(),
  error: errorSchema.optional(),
});
type Expected = z.infer<typeof expectedSchema>;

const schema = z.looseObject({ fn: z.string(), name: z.string(), expected: expectedSchema });

/** What AppProjects allow, and when. */
export const argoProject: Corpus = {
  name: 'argo-project',
  run(testCase) {
    const { fn, name, expected } = schema.parse(testCase);
    const check = checks[fn];
    return check === undefined ? skipped(fn) : check(testCase, expected, name);
  },
};

type Check = (testCase: unknown, expected: Expected, name: string) => CaseResult;

const checks: Readonly<Record<string, Check>> = {
  destinationClusters: (testCase, expected) => {
    const { destinations = [] } = z.looseObject({ spec }).parse(testCase).spec;
    return expectEqual(
      destinations.map(({ server = '' }) => server),
      expected.value,
    );
  },
  effectiveSourceIntegrity: (testCase, expected) =>
    expectEqual(effectiveSourceIntegrity(projectOf(testCase).spec), expected.value ?? undefined),
  globMatch: (testCase, expected) => {
    const { pattern, value, allowNegation } = z
      .looseObject({ pattern: z.string(), value: z.string(), allowNegation: z.boolean() })
      .parse(testCase);
    return expectEqual(matchesPattern(pattern, value, { negation: allowNegation }), expected.value);
  },
  isAppNamespacePermitted: (testCase, expected) => {
    const { application, controllerNamespace } = z
      .looseObject({
        application: z.looseObject({ metadata: z.looseObject({ namespace: z.string().default('') }) }),
        controllerNamespace: z.string(),
      })
      .parse(testCase);
    const { namespace } = application.metadata;
    return expectEqual(isNamespacePermitted(projectOf(testCase).spec, namespace, controllerNamespace), expected.value);
  },
  isDestinationPermitted: (testCase, expected) => {
    const { destination, projectClusters } = z
      .looseObject({
        destination: z.object({ server: z.string(), name: z.string(), namespace: z.string() }),
        projectClusters: z
          .array(z.looseObject({ name: z.string().default(''), server: z.string().default('') }))
          .default([]),
      })
      .parse(testCase);
    const projectScoped = isAmongClusters(destination, projectClusters);
    return expectEqual(
      isDestinationPermitted(projectOf(testCase).spec, { ...destination, projectScoped }),
      expected.value,
    );
  },
  isGroupKindNamePermitted: (testCase, expected) => {
    const { group, kind, objectName, namespaced } = z
      .looseObject({ group: z.string(), kind: z.string(), objectName: z.string(), namespaced: z.boolean() })
      .parse(testCase);
    return expectEqual(
      isKindPermitted(projectOf(testCase).spec, { group, kind }, objectName, namespaced),
      expected.value,
    );
  },
  isSourcePermitted: (testCase, expected, name) => {
    const repository = repositoryOf(name);
    if (repository === undefined) return skipped('the repository that is asked about');
    return expectEqual(isSourcePermitted(projectOf(testCase).spec, repository), expected.value);
  },
  isValidAction: (testCase, expected) =>
    expectEqual(isValidAction(z.looseObject({ action: z.string() }).parse(testCase).action), expected.value),
  isValidPolicyObject: (testCase, expected) => {
    const { projectName, object } = z.looseObject({ projectName: z.string(), object: z.string() }).parse(testCase);
    return expectEqual(isValidPolicyObject(projectName, object), expected.value);
  },
  validateGroupName: (testCase, expected) =>
    expectProblem(groupProblem(z.looseObject({ group: z.string() }).parse(testCase).group), expected),
  validatePolicy: (testCase, expected) => {
    const { projectName, role, policy } = z
      .looseObject({ projectName: z.string(), role: z.string(), policy: z.string() })
      .parse(testCase);
    return expectProblem(policyProblem(projectName, role, policy), expected);
  },
  validateProject: (testCase, expected) => {
    const { metadata, spec: given } = projectOf(testCase);
    return expectProblem(projectFault(metadata.name, given), expected);
  },
  'window.active': (testCase, expected) => {
    const { window, ...rest } = z.looseObject({ window: windows.element, now }).parse(testCase);
    return expectValue(() => isOpen(window, rest.now), expected);
  },
  'window.validate': (testCase, expected) =>
    expectProblem(windowProblem(z.looseObject({ window: windows.element }).parse(testCase).window), expected),
  'windows.active': (testCase, expected) => expectWindows(testCase, expected, (all, at) => openWindows(all, at)),
  'windows.canSync': (testCase, expected) => {
    const given = z
      .looseObject({ windows, manual: z.boolean(), operationStartTime: now.nullish(), now })
      .parse(testCase);
    const { manual, operationStartTime: startedAt } = given;
    const question = { manual, now: given.now, ...(typeof startedAt === 'number' ? { startedAt } : {}) };
    return expectValue(() => canSync(given.windows, question), expected);
  },
  'windows.denyAllowsOverrun': (testCase, expected) =>
    expectEqual(allowsOverrun(windowsOf(testCase), 'deny'), expected.value),
  'windows.hasAllow': (testCase, expected) =>
    expectEqual(
      windowsOf(testCase).some(({ kind }) => kind === 'allow'),
      expected.value,
    ),
  'windows.hasDeny': (testCase, expected) => {
    const denying = denies(windowsOf(testCase));
    return expectEqual(
      { value: denying.length > 0, manualEnabled: allManual(denying) },
      { value: expected.value, manualEnabled: expected.manualEnabled },
    );
  },
  'windows.hasWindows': (testCase, expected) => expectEqual(windowsOf(testCase).length > 0, expected.value),
  'windows.inactiveAllows': (testCase, expected) =>
    expectWindows(testCase, expected, (all, at) => closedAllows(all, at)),
  'windows.matches': (testCase, expected) => {
    const { application } = z
      .looseObject({
        application: z.looseObject({
          metadata: z.looseObject({ name: z.string().default('') }),
          spec: z.looseObject({
            destination: z
              .looseObject({
                server: z.string().default(''),
                name: z.string().default(''),
                namespace: z.string().default(''),
              })
              .default({ server: '', name: '', namespace: '' }),
          }),
        }),
      })
      .parse(testCase);
    const { server, name: cluster, namespace } = application.spec.destination;
    const subject = { name: application.metadata.name, server, cluster, namespace };
    return expectWindows(testCase, expected, (all) => matchingWindows(all, subject));
  },
};

function projectOf(testCase: unknown): z.infer<typeof project> {
  return z.looseObject({ project }).parse(testCase).project;
}

function windowsOf(testCase: unknown): readonly SyncWindow[] {
  return z.looseObject({ windows: windows.nullish() }).parse(testCase).windows ?? [];
}

function expectProblem(problem: ProjectProblem | undefined, expected: Expected): CaseResult {
  if (expected.error === undefined) return expectEqual(problem, undefined);
  return problem === undefined ? failed('no problem was found') : expectWords(problem.message, expected);
}

function expectValue(value: () => unknown, expected: Expected): CaseResult {
  try {
    const actual = value();
    return expected.error === undefined ? expectEqual(actual, expected.value) : failed('it did not fail');
  } catch (error) {
    if (!isCapstanError(error) || expected.error === undefined) throw error;
    return expectWords(error.message, expected);
  }
}

function expectWindows(
  testCase: unknown,
  expected: Expected,
  choose: (all: readonly SyncWindow[], at: number) => readonly SyncWindow[],
): CaseResult {
  const all = windowsOf(testCase);
  const at = z.looseObject({ now: now.optional() }).parse(testCase).now ?? 0;
  return expectValue(
    () => {
      const found = choose(all, at);
      if (expected.index !== undefined) deepStrictEqual(found[0], all[expected.index]);
      return found.length;
    },
    { ...expected, value: expected.count },
  );
}

function expectWords(message: string, { error }: Expected): CaseResult {
  if (error === undefined || 'any' in error) return passed;
  if ('equals' in error) return expectEqual(message, error.equals);
  const missing = error.contains.find((words) => !message.includes(words));
  return missing === undefined ? passed : failed(`${JSON.stringify(message)} does not say ${JSON.stringify(missing)}`);
}
