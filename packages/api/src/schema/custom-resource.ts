import type { GroupVersionKind, JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import type { z } from 'zod';
import { structuralSchema } from './structural.ts';

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'date' | 'integer' | 'boolean';
  readonly jsonPath: string;
  readonly priority?: number;
}

/** A resource of one of the two dialects: how it is called, and what it holds. */
export interface CustomResource extends GroupVersionKind {
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Whether status is a subresource. Argo CD's resources have none: their status is written like any field. */
  readonly statusSubresource: boolean;
  /** An empty `subresources` mapping, which Argo CD's Application CRD has. */
  readonly emptySubresources?: boolean;
  readonly columns: readonly PrinterColumn[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Without apiVersion, kind and metadata. */
  readonly schema: z.ZodType;
}

/** The CustomResourceDefinition of a resource, for clusters that lack it. It accepts and keeps what upstream's does. */
export function crdOf(resource: CustomResource): KubernetesObject {
  const { group, version, kind, plural } = resource;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      ...(resource.labels === undefined ? {} : { labels: resource.labels }),
      ...(resource.annotations === undefined ? {} : { annotations: resource.annotations }),
    },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
        ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
      },
      scope: 'Namespaced',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: withIdentity(structuralSchema(resource.schema)) },
          ...(resource.columns.length === 0 ? {} : { additionalPrinterColumns: resource.columns.map(column) }),
          ...(resource.statusSubresource
            ? { subresources: { status: {} } }
            : resource.emptySubresources === true
              ? { subresources: {} }
              : {}),
        },
      ],
    },
  };
}

function withIdentity(schema: JsonObject): JsonObject {
  const properties = schema['properties'];
  const required = schema['required'];
  return {
    ...schema,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      ...(typeof properties === 'object' ? properties : {}),
    },
    // Argo CD's schemas require metadata beside spec; Flux's, which require nothing, do not.
    ...(Array.isArray(required) ? { required: ['metadata', ...(required as readonly string[])] } : {}),
  };
}

function column(entry: PrinterColumn): JsonValue {
  const { name, type, jsonPath, priority } = entry;
  return priority === undefined ? { name, type, jsonPath } : { name, type, jsonPath, priority };
}
