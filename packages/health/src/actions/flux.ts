import { getPath } from '@capstan/object';
import { annotatingTime, isSet, resume, suspend, timestamp, type ActionSet } from './action-set.ts';

const reconcile = annotatingTime(
  'reconcile.fluxcd.io/requestedAt',
  (now) => `By Argo CD at: ${timestamp(now).slice(0, -1)}`,
);

/** What Flux reconciles can be asked to reconcile, and suspended and resumed. */
export const fluxActions: ActionSet = {
  discover(object) {
    const isSuspended = isSet(getPath(object, 'spec', 'suspend'));
    return [
      { name: 'reconcile', disabled: isSuspended },
      { name: 'suspend', disabled: isSuspended },
      { name: 'resume', disabled: !isSuspended },
    ];
  },
  actions: { reconcile, suspend, resume },
};

/** Alerts and Providers of Flux are not reconciled: they can be suspended and resumed. */
export const fluxNotificationActions: ActionSet = {
  discover: (object) => fluxActions.discover(object).filter(({ name }) => name !== 'reconcile'),
  actions: { suspend, resume },
};
