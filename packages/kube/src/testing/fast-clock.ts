import { systemClock, type Clock } from '../clock.ts';

/** A clock on which time passes many times as fast as on the wall; it remembers the delays that were asked for. */
export interface FastClock extends Clock {
  readonly delays: number[];
}

/** Makes a clock `speed` times as fast as the machine's. */
export function fastClock(speed: number): FastClock {
  const clock = systemClock();
  const delays: number[] = [];
  return {
    delays,
    now: () => clock.now(),
    monotonic: () => clock.monotonic() * speed,
    after: (milliseconds, run) => {
      delays.push(milliseconds);
      return clock.after(milliseconds / speed, run);
    },
  };
}
