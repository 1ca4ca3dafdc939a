import { textAt } from '../fields.ts';
import type { World } from '../world.ts';

/** Waits until an object is gone. */
export async function gone(world: World, kind: string, name: string): Promise<void> {
  await world.view.until(`${name} is gone`, world.ref(kind, name), (seen) => seen === undefined);
}

/** Waits until a ConfigMap's `LEVEL` is this. */
export async function says(world: World, name: string, level: string): Promise<void> {
  await world.view.present(
    `${name} says ${level}`,
    world.ref('ConfigMap', name),
    (seen) => textAt(seen, 'data', 'LEVEL') === level,
  );
}
