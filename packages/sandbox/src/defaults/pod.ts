import { isJsonObject } from '@capstan/object';
import { defaultContainer } from './container.ts';
import { child, children, ensureChild, setDefault, type Draft } from './draft.ts';
import { defaultVolume } from './volume.ts';

const GRACE_SECONDS = 30;

/** Defaults of a pod's spec, in templates as well. */
export function defaultPodSpec(spec: Draft): void {
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'restartPolicy', 'Always');
  setDefault(spec, 'securityContext', {});
  setDefault(spec, 'terminationGracePeriodSeconds', GRACE_SECONDS);
  setDefault(spec, 'schedulerName', 'default-scheduler');
  for (const kind of ['containers', 'initContainers', 'ephemeralContainers']) {
    for (const container of children(spec, kind)) defaultContainer(container);
  }
  for (const volume of children(spec, 'volumes')) defaultVolume(volume);
  mirrorServiceAccount(spec);
}

/** Defaults of a pod template; nothing for a workload that has none. */
export function defaultPodTemplate(holder: Draft): void {
  const template = ensureChild(holder, 'template');
  ensureChild(template, 'metadata');
  defaultPodSpec(ensureChild(template, 'spec'));
}

/** Defaults that only a Pod has, not a template. */
export function defaultPod(pod: Draft): void {
  const spec = ensureChild(pod, 'spec');
  defaultPodSpec(spec);
  setDefault(spec, 'enableServiceLinks', true);
  for (const kind of ['containers', 'initContainers']) {
    for (const container of children(spec, kind)) {
      requestLimits(container);
      if (spec['hostNetwork'] === true) {
        for (const port of children(container, 'ports')) setDefault(port, 'hostPort', port['containerPort'] ?? 0);
      }
    }
  }
}

/** Where a limit is given without a request, the request is the limit. */
function requestLimits(container: Draft): void {
  const resources = child(container, 'resources');
  const limits = child(resources, 'limits');
  if (resources === undefined || limits === undefined || Object.keys(limits).length === 0) return;
  const requests = ensureChild(resources, 'requests');
  for (const [name, value] of Object.entries(limits)) setDefault(requests, name, value);
}

/** `serviceAccount` is the old name of `serviceAccountName`: both are stored. */
function mirrorServiceAccount(spec: Draft): void {
  const name = spec['serviceAccountName'] ?? spec['serviceAccount'];
  if (name === undefined || isJsonObject(name)) return;
  spec['serviceAccountName'] = name;
  spec['serviceAccount'] = name;
}
