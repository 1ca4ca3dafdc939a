import { AppProject } from '@capstan/api';
import { isDestinationPermitted, isKindPermitted } from '@capstan/controllers/argo-sync';
import { z } from 'zod';
import type { Corpus } from '../corpus.ts';
import { expectEqual, skipped } from '../expect.ts';

const project = z.looseObject({ spec: AppProject.shape.spec.optional() });
const schema = z.looseObject({ fn: z.string(), expected: z.looseObject({ value: z.unknown().optional() }) });
const destinationSchema = z.looseObject({
  project,
  destination: z.object({ server: z.string(), name: z.string(), namespace: z.string() }),
});
const kindSchema = z.looseObject({
  project,
  group: z.string(),
  kind: z.string(),
  objectName: z.string(),
  namespaced: z.boolean(),
});

/** What AppProjects allow. */
export const argoProject: Corpus = {
  name: 'argo-project',
  run(testCase) {
    const { fn, expected } = schema.parse(testCase);
    switch (fn) {
      case 'isSourcePermitted':
        // The key that should name the repository says which file the case is from.
        return skipped('the repository that is asked about');
      case 'isDestinationPermitted': {
        const input = destinationSchema.parse(testCase);
        const spec = input.project.spec ?? {};
        if (spec.permitOnlyProjectScopedClusters === true) return skipped('clusters of a project');
        return expectEqual(isDestinationPermitted(spec, input.destination), expected.value);
      }
      case 'isGroupKindNamePermitted': {
        const { project: given, group, kind, objectName, namespaced } = kindSchema.parse(testCase);
        return expectEqual(isKindPermitted(given.spec ?? {}, { group, kind }, objectName, namespaced), expected.value);
      }
      default:
        return skipped('sync windows, roles and source integrity');
    }
  },
};
