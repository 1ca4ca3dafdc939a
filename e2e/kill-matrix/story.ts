import type { Dialect } from '../scenario.ts';
import type { World } from '../world.ts';

/** What a story tells the matrix while it is played. */
export interface Told {
  /** Everything that Git has is applied now: from here on its objects must stay the same ones. */
  settled(): Promise<void>;
}

/** A long scenario whose controllers are killed at each of its writes. It waits for states only, never for a process. */
export interface Story {
  readonly name: string;
  readonly dialect: Dialect;
  /** Names of objects that it takes out of Git, or deletes as a person: nothing else may be deleted. */
  readonly deletes: readonly string[];
  /** Names of hooks, which are made anew each time they run. */
  readonly renews: readonly string[];
  play(world: World, told: Told): Promise<void>;
}
