import type { LuaValue, LuaValues } from './value.ts';

/** The local values of a block in one run through it; functions that were made in it keep it. */
export interface Frame {
  readonly values: LuaValue[];
  readonly up: Frame | undefined;
  readonly varargs: LuaValues;
}

/** The local names of a block: beside `Frame`, one for one. */
export class Names {
  private readonly outer: Names | undefined;
  private readonly places = new Map<string, number>();
  private count = 0;

  constructor(outer: Names | undefined) {
    this.outer = outer;
  }

  /** Adds a name, which hides those before it. */
  declare(name: string): number {
    const place = this.count++;
    this.places.set(name, place);
    return place;
  }

  /** How many frames up a name stands, and where; undefined for a global one. */
  find(name: string): { readonly distance: number; readonly place: number } | undefined {
    const place = this.places.get(name);
    if (place !== undefined) return { distance: 0, place };
    const found = this.outer?.find(name);
    return found === undefined ? undefined : { distance: found.distance + 1, place: found.place };
  }

  /** The frame that many levels up. */
  static frameOf(frame: Frame, distance: number): Frame {
    let at = frame;
    for (let left = distance; left > 0; left--) at = at.up ?? at;
    return at;
  }
}
