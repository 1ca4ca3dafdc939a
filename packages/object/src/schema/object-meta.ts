import type { JsonObject } from '../json-value.ts';

/** The name of the definition of an object's metadata in Kubernetes' OpenAPI documents. */
export const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

const text: JsonObject = { type: 'string' };
const integer: JsonObject = { type: 'integer', format: 'int64' };
const time: JsonObject = { type: 'string', format: 'date-time' };
const texts: JsonObject = { type: 'object', additionalProperties: text };

// A definition that names no owner by itself: who owns an object does so whole.
const ownerReference: JsonObject = {
  type: 'object',
  properties: {
    apiVersion: text,
    blockOwnerDeletion: { type: 'boolean' },
    controller: { type: 'boolean' },
    kind: text,
    name: text,
    uid: { type: 'string', default: '' },
  },
  'x-kubernetes-map-type': 'atomic',
};

const managedFieldsEntry: JsonObject = {
  type: 'object',
  properties: {
    apiVersion: text,
    fieldsType: text,
    fieldsV1: { type: 'object' },
    manager: text,
    operation: text,
    subresource: text,
    time,
  },
};

/** The definitions that a CustomResourceDefinition takes for granted, as an API server publishes them. */
export const objectMetaDefinitions: JsonObject = {
  [OBJECT_META]: {
    type: 'object',
    properties: {
      annotations: texts,
      creationTimestamp: time,
      deletionGracePeriodSeconds: integer,
      deletionTimestamp: time,
      finalizers: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
      generateName: text,
      generation: integer,
      labels: texts,
      managedFields: { type: 'array', items: managedFieldsEntry, 'x-kubernetes-list-type': 'atomic' },
      name: text,
      namespace: text,
      ownerReferences: {
        type: 'array',
        items: ownerReference,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['uid'],
      },
      resourceVersion: text,
      selfLink: text,
      uid: text,
    },
  },
};
