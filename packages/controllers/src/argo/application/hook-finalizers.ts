import type { KubernetesObject } from '@capstan/object';
import { finalizers } from '../annotations.ts';
import type { Targets } from '../compare/targets.ts';
import { isDeleteHook, type DeleteHookType } from '../hooks.ts';
import { CLEANUP, POST_DELETE_FINALIZER, PRE_DELETE_FINALIZER } from '../names.ts';
import { withObject, writeOptions, type Run, type Standing } from './run.ts';

const finalizerOf: Readonly<Record<DeleteHookType, string>> = {
  PreDelete: PRE_DELETE_FINALIZER,
  PostDelete: POST_DELETE_FINALIZER,
};

/**
 * Puts the finalizers onto an Application that hooks of its deletion need, and takes them away once Git has no such hook
 * any more. While Git cannot be read they stay as they are. Throws KUBE_*.
 */
export async function keepHookFinalizers(run: Run, { evaluation }: Standing): Promise<Run> {
  const wanted =
    evaluation.targets === undefined ? undefined : wantedFinalizers(run.application.object, evaluation.targets);
  if (wanted === undefined) return run;
  const { application, shared } = run;
  return withObject(run, await shared.writer.write(application.object, { finalizers: wanted }, writeOptions(run)));
}

/** The finalizers that an Application is to have; undefined where it has them. */
export function wantedFinalizers(
  application: KubernetesObject,
  { deleteHooks }: Pick<Targets, 'deleteHooks'>,
): readonly string[] | undefined {
  const before = finalizers(application);
  let after = before;
  for (const type of ['PreDelete', 'PostDelete'] as const) {
    const own = [finalizerOf[type], `${finalizerOf[type]}${CLEANUP}`];
    after = deleteHooks.some(({ object }) => isDeleteHook(object, type))
      ? [...after, ...own.filter((entry) => !after.includes(entry))]
      : after.filter((entry) => !own.includes(entry));
  }
  return after.length === before.length && after.every((entry) => before.includes(entry)) ? undefined : after;
}
