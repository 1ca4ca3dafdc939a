import type { WriteOptions } from '@capstan/kube';
import type { WriteContext } from './outcome.ts';

/** A write's context as the client takes it. */
export function writeOptions(context: WriteContext): WriteOptions & { readonly fieldManager: string } {
  return {
    fieldManager: context.manager,
    signal: context.signal,
    ...(context.strict === true ? { fieldValidation: 'Strict' as const } : {}),
    ...(context.dryRun === true ? { dryRun: true } : {}),
    ...(context.caller === undefined ? {} : { caller: context.caller }),
  };
}
