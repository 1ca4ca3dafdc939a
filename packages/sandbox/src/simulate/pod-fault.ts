import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { annotationOf, objectsAt, textAt } from './read.ts';
import { FAULT_ANNOTATION, type SimulationOptions } from './simulation-options.ts';

/** What goes wrong with a pod. */
export type PodFault =
  | { readonly kind: 'image'; readonly container: string; readonly image: string }
  | { readonly kind: 'crash' | 'not-ready' }
  | { readonly kind: 'exit'; readonly code: number };

/** The fault that the pod's annotation asks for, or that its images or its command have by themselves. */
export function faultOf(pod: KubernetesObject, options: SimulationOptions): PodFault | undefined {
  const containers = [...objectsAt(pod, 'spec', 'initContainers'), ...objectsAt(pod, 'spec', 'containers')];
  const first = containers[0];
  switch (annotationOf(pod, FAULT_ANNOTATION)) {
    case 'ImagePullBackOff':
      return { kind: 'image', container: textAt(first, 'name'), image: textAt(first, 'image') };
    case 'CrashLoopBackOff':
      return { kind: 'crash' };
    case 'NotReady':
      return { kind: 'not-ready' };
    case 'Fail':
      return { kind: 'exit', code: 1 };
    default:
  }
  for (const container of containers) {
    const image = textAt(container, 'image');
    if (options.brokenImages.some((part) => image.includes(part))) {
      return { kind: 'image', container: textAt(container, 'name'), image };
    }
  }
  const code = objectsAt(pod, 'spec', 'containers')
    .map(exitCode)
    .find((each) => each !== 0);
  if (code === undefined) return undefined;
  return textAt(pod, 'spec', 'restartPolicy') === 'Always' ? { kind: 'crash' } : { kind: 'exit', code };
}

/** A command that plainly fails: `false`, or a shell whose script ends with `exit N`. */
function exitCode(container: JsonObject): number {
  const words = [...texts(container['command']), ...texts(container['args'])];
  const last = words.at(-1) ?? '';
  if (words.length === 1 && (last === 'false' || last === '/bin/false')) return 1;
  const isShell = /(^|\/)(ba|da|a)?sh$/.test(words[0] ?? '') && words.includes('-c');
  const match = isShell ? /(?:^|[\s;&|])exit (\d{1,3})\s*;?\s*$/.exec(last) : null;
  return match === null ? 0 : Number(match[1]) & 255;
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter((each) => typeof each === 'string') : [];
}
