import { isJsonObject } from '@capstan/object';
import { Buffer } from 'node:buffer';
import { child, children, ensureChild, setDefault, text, type Draft } from './draft.ts';

/** A Secret's `stringData` is written into `data` and never stored; the type is Opaque where none is given. */
export function defaultSecret(secret: Draft): void {
  setDefault(secret, 'type', 'Opaque');
  const plain = secret['stringData'];
  if (!isJsonObject(plain)) return;
  const data = ensureChild(secret, 'data');
  for (const [key, value] of Object.entries(plain)) {
    if (typeof value === 'string') data[key] = Buffer.from(value, 'utf8').toString('base64');
  }
  delete secret['stringData'];
}

export function defaultNamespace(namespace: Draft): void {
  const metadata = ensureChild(namespace, 'metadata');
  const name = text(metadata, 'name');
  if (name !== '') ensureChild(metadata, 'labels')['kubernetes.io/metadata.name'] = name;
  setDefault(ensureChild(namespace, 'status'), 'phase', 'Active');
}

export function defaultLimitRange(range: Draft): void {
  for (const limit of children(child(range, 'spec'), 'limits')) {
    if (limit['type'] !== 'Container') continue;
    const limits = { ...child(limit, 'max'), ...child(limit, 'default') };
    const requests = { ...child(limit, 'min'), ...limits, ...child(limit, 'defaultRequest') };
    if (Object.keys(limits).length > 0) limit['default'] = limits;
    if (Object.keys(requests).length > 0) limit['defaultRequest'] = requests;
  }
}

export function defaultPriorityClass(priorityClass: Draft): void {
  setDefault(priorityClass, 'preemptionPolicy', 'PreemptLowerPriority');
}

export function defaultNode(node: Draft): void {
  const status = child(node, 'status');
  const capacity = child(status, 'capacity');
  if (status !== undefined && capacity !== undefined) setDefault(status, 'allocatable', { ...capacity });
}
