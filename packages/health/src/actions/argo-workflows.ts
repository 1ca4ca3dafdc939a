import { getPath, isJsonObject, type JsonObject } from '@capstan/object';
import { textAt } from '../fields.ts';
import { compactTime, listAt, ownerReference, timestamp, type ActionSet } from './action-set.ts';

const CREATE = { name: 'create-workflow', iconClass: 'fa fa-fw fa-plus', displayName: 'Create Workflow' };

const INSTANCE = 'workflows.argoproj.io/controller-instanceid';

/** A CronWorkflow can be run now. */
export const cronWorkflowActions: ActionSet = {
  discover: () => [CREATE],
  actions: {
    'create-workflow': (object, { now }) => {
      const labels = mappingAt(object, 'spec', 'workflowMetadata', 'labels');
      const instance = getPath(object, 'metadata', 'labels', INSTANCE);
      const finalizers = listAt(object, 'spec', 'workflowMetadata', 'finalizers');
      const workflow: JsonObject = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Workflow',
        metadata: {
          ...nameAndOwner(object, now),
          labels: {
            ...labels,
            'workflows.argoproj.io/cron-workflow': textAt(object, ['metadata', 'name']),
            ...(instance === undefined ? {} : { [INSTANCE]: instance }),
          },
          annotations: {
            ...mappingAt(object, 'spec', 'workflowMetadata', 'annotations'),
            'workflows.argoproj.io/scheduled-time': timestamp(now),
          },
        },
        // Where upstream's action puts them; the API server drops them there.
        ...(finalizers.length === 0 ? {} : { finalizers }),
        spec: getPath(object, 'spec', 'workflowSpec') ?? null,
      };
      return [{ operation: 'create', resource: workflow }];
    },
  },
};

/** A WorkflowTemplate can be run. */
export const workflowTemplateActions: ActionSet = {
  discover: () => [CREATE],
  actions: {
    'create-workflow': (object, { now }) => {
      const name = textAt(object, ['metadata', 'name']);
      const workflow: JsonObject = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Workflow',
        metadata: { ...nameAndOwner(object, now), labels: { 'workflows.argoproj.io/workflow-template': name } },
        spec: { workflowTemplateRef: { name } },
      };
      return [{ operation: 'create', resource: workflow }];
    },
  },
};

function nameAndOwner(object: JsonObject, now: Date): JsonObject {
  const namespace = getPath(object, 'metadata', 'namespace');
  return {
    name: `${textAt(object, ['metadata', 'name'])}-${compactTime(now)}`,
    ...(namespace === undefined ? {} : { namespace }),
    ownerReferences: [ownerReference(object)],
  };
}

function mappingAt(object: JsonObject, ...path: readonly string[]): JsonObject {
  const value = getPath(object, ...path);
  return isJsonObject(value) ? value : {};
}
