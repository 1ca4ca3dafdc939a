import { child, children, setDefault, text, type Draft } from './draft.ts';

/** Defaults of a container of any sort, as in every pod template. */
export function defaultContainer(container: Draft): void {
  setDefault(container, 'imagePullPolicy', pullPolicyOf(text(container, 'image')));
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  for (const port of children(container, 'ports')) setDefault(port, 'protocol', 'TCP');
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(child(container, probe));
  const lifecycle = child(container, 'lifecycle');
  for (const hook of ['postStart', 'preStop']) defaultHttpGet(child(child(lifecycle, hook), 'httpGet'));
  for (const variable of children(container, 'env')) {
    const source = child(variable, 'valueFrom');
    const field = child(source, 'fieldRef');
    if (field !== undefined) setDefault(field, 'apiVersion', 'v1');
    const divided = child(source, 'resourceFieldRef');
    if (divided !== undefined) setDefault(divided, 'divisor', '0');
    const file = child(source, 'fileKeyRef');
    if (file !== undefined) setDefault(file, 'optional', false);
  }
}

/** `Always` where the tag is `latest`, given or implied; else `IfNotPresent`. */
export function pullPolicyOf(image: string): string {
  if (image.includes('@')) return /:latest@/.test(image) ? 'Always' : 'IfNotPresent';
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  return colon < 0 || name.slice(colon + 1) === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Draft | undefined): void {
  if (probe === undefined) return;
  setDefault(probe, 'timeoutSeconds', 1);
  setDefault(probe, 'periodSeconds', 10);
  setDefault(probe, 'successThreshold', 1);
  setDefault(probe, 'failureThreshold', 3);
  defaultHttpGet(child(probe, 'httpGet'));
  const grpc = child(probe, 'grpc');
  if (grpc !== undefined) setDefault(grpc, 'service', '');
}

function defaultHttpGet(action: Draft | undefined): void {
  if (action === undefined) return;
  setDefault(action, 'path', '/');
  setDefault(action, 'scheme', 'HTTP');
}
