import { formatRef, getPath, refOf, type JsonValue, type KubernetesObject } from '@capstan/object';
import { isAutomated } from './argo-app.ts';
import { mappingsAt, textAt } from './fields.ts';
import type { Reason } from './reasons.ts';

/** Sync windows that keep an Application's syncs out now. */
export interface ClosedWindows {
  /** Those that do: open ones that deny, or closed ones that allow. */
  readonly blocking: readonly SyncWindowView[];
  /** Whether a person may sync all the same. */
  readonly manual: boolean;
  /** When automation may sync again; RFC 3339, '' where that is not known. */
  readonly opensAt: string;
  /** Why the windows cannot be read; '' where they can. */
  readonly problem: string;
}

/** A sync window as people are shown it. */
export interface SyncWindowView {
  readonly kind: string;
  readonly schedule: string;
  readonly duration: string;
  readonly timeZone: string;
  readonly description: string;
}

/** What an Application's project says about it. */
export interface ProjectEvidence {
  /** The project as it stands; undefined where it is not there or may not be seen. */
  readonly project: KubernetesObject | undefined;
  readonly windows: ClosedWindows | undefined;
}

/** Why sync windows keep an Application from being synced; none where they do not, or where nothing waits for them. */
export function windowReasons(app: KubernetesObject, windows: ClosedWindows | undefined): readonly Reason[] {
  if (windows === undefined) return [];
  const isBlocked = textAt(app, 'status', 'operationState', 'message').startsWith(
    'Sync operation blocked by sync window',
  );
  const isWaiting = isAutomated(app) && textAt(app, 'status', 'sync', 'status') === 'OutOfSync';
  if (!isBlocked && !isWaiting) return [];
  if (windows.problem !== '')
    return [
      { what: "The project's sync windows cannot be read", detail: windows.problem, hint: 'mend spec.syncWindows' },
    ];
  const opens = windows.opensAt === '' ? [] : [`automation goes on at ${windows.opensAt}`];
  return [
    {
      what: "The project's sync windows are closed",
      detail: [...windows.blocking.map(windowText), ...opens].join('\n'),
      hint: windows.manual && !isBlocked ? `capstan sync ${textAt(app.metadata, 'name')}` : '',
    },
  ];
}

function windowText({ kind, schedule, duration, timeZone, description }: SyncWindowView): string {
  const why = kind === 'deny' ? 'open, and denies' : 'closed, and alone allows';
  const where = timeZone === '' ? '' : ` (${timeZone})`;
  return `${why}: "${schedule}" for ${duration}${where}${description === '' ? '' : `: ${description}`}`;
}

/** What of a project a message of a controller speaks of, and how it is told. */
const refusals: readonly {
  readonly words: RegExp;
  readonly what: string;
  readonly fields: readonly string[];
}[] = [
  {
    words: /^application repo (?<subject>.+) is not permitted in project '(?<project>.+)'$/,
    what: 'does not allow the repository',
    fields: ['sourceRepos'],
  },
  {
    words:
      /^application destination server '(?<subject>.+)' do not match any of the allowed destinations in project '(?<project>.+)'$/,
    what: 'does not allow the destination',
    fields: ['destinations', 'permitOnlyProjectScopedClusters'],
  },
  {
    words: /^application '.+' in namespace '(?<subject>.+)' is not permitted to use project '(?<project>.+)'$/,
    what: 'takes no Applications from the namespace',
    fields: ['sourceNamespaces'],
  },
  {
    words: /resource (?<subject>\S*:\S+) is not permitted in project (?<project>[^\s;]+)/,
    what: 'does not allow the kind',
    fields: [
      'clusterResourceWhitelist',
      'clusterResourceBlacklist',
      'namespaceResourceWhitelist',
      'namespaceResourceBlacklist',
    ],
  },
  {
    words: /namespace (?<subject>\S*) is not permitted in project '(?<project>[^']+)'/,
    what: 'does not allow the namespace',
    fields: ['destinations'],
  },
  {
    words: /no matching service account found for destination server (?<subject>.+)/,
    what: 'names no service account to sync as',
    fields: ['destinationServiceAccounts'],
  },
];

/**
 * A refusal by the project, told with what the project says in its place; undefined for a message that is none. The
 * message stays as it is reported.
 */
export function refusalReason(
  message: string,
  app: KubernetesObject,
  project: KubernetesObject | undefined,
): Reason | undefined {
  for (const { words, what, fields } of refusals) {
    const found = words.exec(message)?.groups;
    if (found === undefined) continue;
    const name = found['project'] ?? (textAt(app, 'spec', 'project') || 'default');
    const subject = (found['subject'] ?? '').replaceAll("'", '');
    const says = project === undefined ? [] : fields.flatMap((field) => said(field, getPath(project, 'spec', field)));
    const nothing = project === undefined ? [] : [`${formatRef(refOf(project))} says nothing of it`];
    return {
      what: `Project ${name} ${what}${what.endsWith('sync as') ? ` for ${subject}` : ` ${subject}`}`,
      detail: [message, ...(says.length > 0 ? says : nothing)].join('\n'),
      hint: `look at spec.${fields[0] ?? ''} of AppProject ${name}`,
    };
  }
  return undefined;
}

/** The messages of an operation and its objects that may be refusals. */
export function operationMessages(app: KubernetesObject): readonly string[] {
  const results = mappingsAt(app, 'status', 'operationState', 'syncResult', 'resources');
  return [
    textAt(app, 'status', 'operationState', 'message'),
    ...results.filter((entry) => textAt(entry, 'status') === 'SyncFailed').map((entry) => textAt(entry, 'message')),
  ];
}

function said(field: string, value: JsonValue | undefined): readonly string[] {
  return value === undefined ? [] : [`its ${field}: ${JSON.stringify(value)}`];
}
