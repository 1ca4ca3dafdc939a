import { getPath, isJsonObject, type JsonObject } from '@capstan/object';
import { textAt } from '../fields.ts';
import { isSet, setting, withAt, type ActionSet } from './action-set.ts';

const ENDED = ['Successful', 'Failed', 'Error', 'Inconclusive'];

/** A running AnalysisRun can be terminated. */
export const analysisRunActions: ActionSet = {
  discover: (object) => [
    {
      name: 'terminate',
      disabled: isSet(getPath(object, 'spec', 'terminate')) || ENDED.includes(textAt(object, ['status', 'phase'])),
    },
  ],
  actions: { terminate: setting(['spec', 'terminate'], true) },
};

/** An Application's auto-sync can be switched on and off. */
export const applicationActions: ActionSet = {
  discover: (object) => [
    {
      name: 'toggle-auto-sync',
      displayName: isAutomated(object) ? 'Disable Auto-Sync' : 'Enable Auto-Sync',
      disabled: false,
    },
  ],
  actions: {
    'toggle-auto-sync': (object) =>
      withAt(object, ['spec', 'syncPolicy', 'automated', 'enabled'], !isAutomated(object)),
  },
};

function isAutomated(application: JsonObject): boolean {
  const automated = getPath(application, 'spec', 'syncPolicy', 'automated');
  return isJsonObject(automated) && (automated['enabled'] ?? true) === true;
}

/** An open PullRequest of the promoter can be merged. */
export const pullRequestActions: ActionSet = {
  discover: (object) => [
    {
      name: 'merge',
      iconClass: 'fa fa-fw fa-code-merge',
      disabled: getPath(object, 'spec', 'state') !== 'open',
      displayName: 'Merge PR',
    },
  ],
  actions: { merge: setting(['spec', 'state'], 'merged') },
};
