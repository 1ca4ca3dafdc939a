import type { JsonObject, VersionedRef } from '@capstan/object';
import { removeObject } from './app.ts';
import { entriesAt, textAt } from './fields.ts';
import type { World } from './world.ts';

/** A kind of a scenario's own: `Gadget`, in a group that no other scenario has. */
export interface Gadgets {
  readonly group: string;
  /** Makes its definition, and waits until it is served. */
  readonly define: () => Promise<void>;
  /** A manifest of one; JSON is YAML. */
  readonly manifest: (name: string, spec: JsonObject, annotations?: JsonObject) => string;
  readonly ref: (name: string) => VersionedRef;
}

/** Runs a scenario's steps with a kind of its own, which is not defined yet, and takes the definition away afterwards. */
export async function withGadgets(world: World, steps: (gadgets: Gadgets) => Promise<void>): Promise<void> {
  const { view, namespace } = world;
  const group = `${namespace}.example.com`;
  const name = `gadgets.${group}`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Gadget', listKind: 'GadgetList', plural: 'gadgets', singular: 'gadget' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
  const ref: VersionedRef = {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    namespace: '',
    name,
  };
  try {
    await steps({
      group,
      define: async () => {
        await view.client.create(definition, { fieldManager: 'kubectl-create' });
        await view.present('the definition is served', ref, (seen) =>
          entriesAt(seen, 'status', 'conditions').some(
            (entry) => textAt(entry, 'type') === 'Established' && textAt(entry, 'status') === 'True',
          ),
        );
        view.client.discovery.invalidate();
      },
      manifest: (gadget, spec, annotations = {}) =>
        `${JSON.stringify({ apiVersion: `${group}/v1`, kind: 'Gadget', metadata: { name: gadget, annotations }, spec })}\n`,
      ref: (gadget) => ({ group, version: 'v1', kind: 'Gadget', namespace, name: gadget }),
    });
  } finally {
    await removeObject(view, ref);
  }
}
