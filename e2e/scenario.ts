import type { World } from './world.ts';

/** What a scenario may need of a cluster beyond the Kubernetes API; a target that lacks it skips the scenario by name. */
export type Need =
  | 'image-faults'
  | 'addresses'
  | 'metrics'
  | 'logs'
  | 'admission'
  | 'sshd'
  | 'real-repositories'
  | 'second-cluster'
  | 'flux-cli';

/** Which dialect's resource a scenario goes through. */
export type Dialect = 'argo' | 'flux';

/** A behaviour, told as a sentence, and how to see it. */
export interface Scenario {
  readonly name: string;
  readonly dialect: Dialect;
  readonly needs: readonly Need[];
  /**
   * `shared`: beside others, on one controllers process. `alone`: with a controllers process of its own, which the
   * scenario starts, kills, and puts faults before.
   */
  readonly mode: 'shared' | 'alone';
  run(world: World): Promise<void>;
}

/** Declares a scenario that runs beside others. */
export function scenario(
  name: string,
  dialect: Scenario['dialect'],
  run: (world: World) => Promise<void>,
  needs: readonly Need[] = [],
): Scenario {
  return { name, dialect, needs, mode: 'shared', run };
}

/** Declares a scenario with a controllers process of its own. */
export function lonely(
  name: string,
  dialect: Scenario['dialect'],
  run: (world: World) => Promise<void>,
  needs: readonly Need[] = [],
): Scenario {
  return { name, dialect, needs, mode: 'alone', run };
}

/** Both dialects of one behaviour, as two scenarios of the same name. */
export function inBoth(
  name: string,
  run: (world: World, dialect: Dialect) => Promise<void>,
  needs: readonly Need[] = [],
): readonly Scenario[] {
  return (['argo', 'flux'] as const).map((dialect) =>
    scenario(`${dialect}: ${name}`, dialect, (world) => run(world, dialect), needs),
  );
}

/** `inBoth`, each with a controllers process of its own. */
export function lonelyInBoth(
  name: string,
  run: (world: World, dialect: Dialect) => Promise<void>,
): readonly Scenario[] {
  return (['argo', 'flux'] as const).map((dialect) =>
    lonely(`${dialect}: ${name}`, dialect, (world) => run(world, dialect)),
  );
}
