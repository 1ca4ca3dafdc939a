import { isCapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { refOf, type KubernetesObject } from '@capstan/object';
import { writeOptions } from './options.ts';
import type { WriteContext, WriteOutcome } from './outcome.ts';

/** Replaces the whole object (PUT), or creates it. The live object's resourceVersion makes a race a conflict. */
export async function replaceObject(
  client: KubeClient,
  desired: KubernetesObject,
  live: KubernetesObject | undefined,
  context: WriteContext,
): Promise<WriteOutcome> {
  if (live === undefined) return { action: 'created', object: await client.create(desired, writeOptions(context)) };
  const { resourceVersion } = live.metadata;
  const metadata = resourceVersion === undefined ? desired.metadata : { ...desired.metadata, resourceVersion };
  return { action: 'replaced', object: await client.update({ ...desired, metadata }, writeOptions(context)) };
}

/** Creates the object where it is missing, and leaves it alone where it is not, whoever made it first. */
export async function createOnly(
  client: KubeClient,
  desired: KubernetesObject,
  live: KubernetesObject | undefined,
  context: WriteContext,
): Promise<WriteOutcome> {
  if (live !== undefined) return { action: 'left-alone' };
  try {
    return { action: 'created', object: await client.create(desired, writeOptions(context)) };
  } catch (error) {
    if (isCapstanError(error, 'KUBE_ALREADY_EXISTS')) return { action: 'left-alone' };
    throw error;
  }
}

/** Deletes this very object: a uid precondition spares another one of its name. What is gone already is deleted. */
export async function deleteObject(
  client: KubeClient,
  live: KubernetesObject,
  propagation: 'Foreground' | 'Background' | 'Orphan',
  context: WriteContext,
): Promise<WriteOutcome> {
  const { uid } = live.metadata;
  try {
    const { object } = await client.delete(refOf(live), {
      propagation,
      signal: context.signal,
      ...(typeof uid === 'string' ? { uid } : {}),
      ...(context.dryRun === true ? { dryRun: true } : {}),
      ...(context.caller === undefined ? {} : { caller: context.caller }),
    });
    return object === undefined ? { action: 'deleted' } : { action: 'deleted', object };
  } catch (error) {
    if (isCapstanError(error, 'KUBE_NOT_FOUND')) return { action: 'deleted' };
    throw error;
  }
}
