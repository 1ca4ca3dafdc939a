import { CapstanError } from '@capstan/errors';

/** The error of every patch that cannot be applied or made; `message` tells what is wrong with it. */
export function patchInvalid(message: string): CapstanError<'PATCH_INVALID'> {
  return new CapstanError('PATCH_INVALID', message);
}
