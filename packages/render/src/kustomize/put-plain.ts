import type { Slot } from './field-spec.ts';
import { readPlain } from './plain-text.ts';

/**
 * Puts a text in the place of a scalar as kustomize does, without a type: what does not stand in quotes is read again as
 * YAML reads it, so that a name may become a number.
 */
export function putPlain(slot: Slot, text: string): void {
  const read = slot.styled?.() === true ? text : readPlain(text);
  slot.set(read);
  if (read !== text) slot.wrote?.(read, text);
  slot.untyped?.();
}
