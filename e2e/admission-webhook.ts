import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getPath, parseJson, type JsonValue, type KubernetesObject } from '@capstan/object';
import { certificatesOf } from '@capstan/sandbox';
import type { World } from './world.ts';

/** The label that the webhook lays on ConfigMaps. */
export const INJECTED = 'injected';

/**
 * Has the API server ask a webhook on this machine about each ConfigMap that a field manager writes into the scenario's
 * namespace; it lays a label on all of them. Returns what takes it away again.
 */
export async function startLabelling(world: World, fieldManager: string): Promise<() => Promise<void>> {
  const state = join(world.folder, 'webhook');
  await mkdir(state, { recursive: true });
  const { ca, cert, key } = await certificatesOf(state, '127.0.0.1', new Date());
  const server = createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answerTo(Buffer.concat(chunks).toString('utf8'), fieldManager)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const name = `${world.namespace}-labels`;
  const { client } = world.view;
  await client.create(configurationOf(name, world.namespace, `https://127.0.0.1:${port}/`, ca));
  return async () => {
    await client.delete({ ...KIND, namespace: '', name });
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
}

const KIND = { group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingWebhookConfiguration' };

function configurationOf(name: string, namespace: string, url: string, ca: string): KubernetesObject {
  return {
    apiVersion: `${KIND.group}/${KIND.version}`,
    kind: KIND.kind,
    metadata: { name },
    webhooks: [
      {
        name: 'labels.capstan.test',
        clientConfig: { url, caBundle: Buffer.from(ca).toString('base64') },
        rules: [
          {
            apiGroups: [''],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['configmaps'],
            scope: '*',
          },
        ],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 10,
      },
    ],
  };
}

/** A review's answer: yes, and the label where it is the field manager's write. */
function answerTo(text: string, fieldManager: string): JsonValue {
  const review = parseJson(text);
  const uid = getPath(review, 'request', 'uid') ?? '';
  const isTheirs = getPath(review, 'request', 'options', 'fieldManager') === fieldManager;
  const labels = getPath(review, 'request', 'object', 'metadata', 'labels');
  const operations = [
    ...(labels === undefined ? [{ op: 'add', path: '/metadata/labels', value: {} }] : []),
    { op: 'add', path: `/metadata/labels/${INJECTED}`, value: 'yes' },
  ];
  const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, allowed: true, ...(isTheirs ? { patchType: 'JSONPatch', patch } : {}) },
  };
}
