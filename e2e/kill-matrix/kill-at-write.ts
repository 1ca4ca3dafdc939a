import { messageOf } from '@capstan/errors';
import { lonely, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';
import type { Story } from './story.ts';
import { isKillable, Watchful } from './watchful.ts';

/** Where the controllers are killed: at their n-th write, before the server has seen it or after it has acted on it. */
export interface Kill {
  readonly write: number;
  readonly when: 'before' | 'after';
}

/** What came of a kill. */
export type Fate = 'killed' | 'never-came';

/** A story with no kill, which counts its writes. */
export function counted(story: Story, onCount: (writes: number) => void): Scenario {
  return lonely(`${story.dialect}: ${story.name}`, story.dialect, async (world) => {
    let writes = 0;
    world.faults.onRequest((request) => {
      if (isKillable(world, request)) writes++;
    });
    await world.startControllers();
    await played(world, story);
    onCount(writes);
  });
}

/** A story whose controllers are killed once and started again. */
export function killedAtWrite(story: Story, kill: Kill, onFate: (fate: Fate) => void): Scenario {
  const name = `${story.dialect}: ${story.name}, killed ${kill.when} write ${kill.write}`;
  return lonely(name, story.dialect, async (world) => {
    const controllers = await world.startControllers();
    let restarted: Promise<unknown> | undefined;
    const notRestarted = Promise.withResolvers<never>();
    const strike = (): void => {
      restarted = controllers.kill().then(() => {
        world.faults.rules.clear();
        return world.startControllers();
      });
      restarted.catch((error: unknown) => {
        notRestarted.reject(new Error(`not started again after the kill: ${messageOf(error)}`));
      });
    };
    const until = new Promise<never>(() => undefined);
    let seen = 0;
    if (kill.when === 'before')
      world.faults.onRequest((request) => {
        if (isKillable(world, request) && ++seen === kill.write) strike();
      });
    world.faults.rules.add({
      match: (request) => isKillable(world, request),
      skip: kill.write - 1,
      ...(kill.when === 'after' ? { times: 1 } : {}),
      fault: kill.when === 'before' ? { kind: 'hold', until } : { kind: 'hold-reply', acted: strike, until },
    });
    // A story that nobody goes on with would only run out of time.
    await Promise.race([played(world, story), notRestarted.promise]);
    await restarted;
    onFate(restarted === undefined ? 'never-came' : 'killed');
  });
}

async function played(world: World, story: Story): Promise<void> {
  const watchful = new Watchful(world, story);
  await story.play(world, watchful);
  watchful.deletedOnly();
}
