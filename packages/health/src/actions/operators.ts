import { getPath, type JsonObject } from '@capstan/object';
import { annotating, annotatingTime, resume, setting, suspend, type ActionSet } from './action-set.ts';

/** Durations of nothing, in each unit that Go has. */
const NOTHING = ['0', '0ns', '0us', '0µs', '0ms', '0s', '0m', '0h'];

const FORCE_SYNC = 'force-sync';
const ROLLING_UPDATE = 'strimzi.io/manual-rolling-update';

/** ExternalSecrets can be refreshed, unless they never are. */
export const externalSecretActions: ActionSet = {
  discover: (object) => [
    { name: 'refresh', disabled: isNever(object) && getPath(object, 'spec', 'refreshPolicy') !== 'OnChange' },
  ],
  actions: { refresh: annotatingTime(FORCE_SYNC) },
};

/** PushSecrets can be pushed, unless they never are. */
export const pushSecretActions: ActionSet = {
  discover: (object) => [{ name: 'push', disabled: isNever(object) }],
  actions: { push: annotatingTime(FORCE_SYNC) },
};

function isNever(object: JsonObject): boolean {
  const interval = getPath(object, 'spec', 'refreshInterval');
  return (typeof interval === 'string' || typeof interval === 'number') && NOTHING.includes(String(interval));
}

/** A StrimziPodSet can be asked for a rolling update. */
export const strimziPodSetActions: ActionSet = {
  discover: (object) => [
    { name: 'rolling-update', disabled: getPath(object, 'metadata', 'annotations', ROLLING_UPDATE) === 'true' },
  ],
  actions: { 'rolling-update': annotating(ROLLING_UPDATE, 'true') },
};

/** A MariaDB can be suspended and resumed. */
export const mariaDbActions: ActionSet = {
  discover: (object) => [
    getPath(object, 'spec', 'suspend') === true
      ? { name: 'resume', iconClass: 'fa fa-fw fa-play', displayName: 'Resume' }
      : { name: 'suspend', iconClass: 'fa fa-fw fa-pause', displayName: 'Suspend' },
  ],
  actions: { suspend, resume },
};

/** A PerconaServerMongoDB can be paused and unpaused. */
export const perconaMongoActions: ActionSet = {
  discover(object) {
    const paused = getPath(object, 'spec', 'pause') === true;
    return [
      { name: 'pause', disabled: paused, iconClass: 'fa fa-fw fa-pause-circle' },
      { name: 'unpause', disabled: !paused, iconClass: 'fa fa-fw fa-play-circle' },
    ];
  },
  actions: { pause: setting(['spec', 'pause'], true), unpause: setting(['spec', 'pause'], false) },
};
