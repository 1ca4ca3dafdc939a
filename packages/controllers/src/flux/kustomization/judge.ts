import { planTakeover, predictServerSide, type PlannedTakeover, type Takeover } from '@capstan/diff';
import { isCapstanError } from '@capstan/errors';
import { applyMergePatch, isJsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import type { Claimant } from '../../runtime/claims.ts';
import type { Cluster } from '../../runtime/cluster.ts';
import type { Confirmations } from '../../runtime/confirmations.ts';
import type { SecretMakers } from '../../runtime/secret-makers.ts';
import { KUSTOMIZE_CONTROLLER } from '../names.ts';
import type { Admission } from './admission.ts';
import type { DriftRules } from './drift-rules.ts';
import { hasMark, isSkipped, withoutOwnerMarks } from './marks.ts';
import type { PlannedObject } from './planned-object.ts';
import type { Share } from './shared-objects.ts';

/** What judging and applying a stage needs. */
export interface StageContext {
  readonly cluster: Cluster;
  readonly confirmations: Confirmations;
  readonly admission: Pick<Admission, 'isUpToValidation'>;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** `spec.force`: recreate whatever cannot be updated. */
  readonly force: boolean;
  readonly caller: string;
  /** The Kustomization, as one that claims objects. */
  readonly claimant: Claimant;
  /** What is taken from other managers. */
  readonly takeover: Takeover;
  /** Fields that others may change. */
  readonly ignore: DriftRules | undefined;
  /** Who makes Secrets: these are theirs once they are there. */
  readonly makers: SecretMakers;
}

/** An object that is to be written. */
export interface PlannedWrite {
  readonly item: PlannedObject;
  readonly action: 'created' | 'configured';
  readonly live: KubernetesObject | undefined;
  readonly takeover: PlannedTakeover | undefined;
  readonly recreate: boolean;
  /** Whose state may not be read as who we are: the server says what comes of it. */
  readonly hidden: boolean;
  /** Where Git and the cluster differ, as far as that is known without the server. */
  readonly paths: readonly string[];
  /** What is said of it where an Application claims it as well. */
  readonly share?: Share;
}

/** How an object stands, and what is to be done about it. */
export type Judged =
  PlannedWrite | { readonly item: PlannedObject; readonly action: 'skipped' | 'unchanged'; readonly share?: Share };

/** Which managers kustomize-controller takes fields from, and which annotations of old it removes. */
export const fluxTakeover: Takeover = {
  manager: KUSTOMIZE_CONTROLLER,
  from: [
    { prefix: 'kubectl', operation: 'Apply' },
    { prefix: 'kubectl', operation: 'Update' },
    { prefix: 'before-first-apply', operation: 'Update' },
    { prefix: KUSTOMIZE_CONTROLLER, operation: 'Update' },
  ],
  dropAnnotations: [
    'kubectl.kubernetes.io/last-applied-configuration',
    'kustomize.toolkit.fluxcd.io/checksum',
    'fluxcd.io/sync-checksum',
  ],
  dropLabels: ['fluxcd.io/sync-gc-mark'],
};

/** What is taken over where the operator names more managers, by the beginnings of their names. */
export function takeoverFrom(managers: readonly string[]): Takeover {
  if (managers.length === 0) return fluxTakeover;
  const more = managers.flatMap((prefix) => [
    { prefix, operation: 'Apply' as const },
    { prefix, operation: 'Update' as const },
  ]);
  return { ...fluxTakeover, from: [...fluxTakeover.from, ...more] };
}

/** Compares the objects of a stage from the cache alone: what would change, with no request for what would not. */
export function judgeStage(items: readonly PlannedObject[], context: StageContext): Promise<readonly Judged[]> {
  return Promise.all(
    items.map(async (item) => {
      // Of a kind that is not served there can be no object.
      if (item.rules === undefined) return judge(item, undefined, context);
      try {
        const live = await context.cluster.live.get(item.ref, context.signal);
        return await heedClaims(judge(item, live, context), live, context);
      } catch (error) {
        if (!isCapstanError(error, 'KUBE_FORBIDDEN')) throw error;
        return hiddenWrite(item);
      }
    }),
  );
}

/** What an Application has written first is left to it, and looked at only for whether it is as it is wanted here. */
async function heedClaims(judged: Judged, live: KubernetesObject | undefined, context: StageContext): Promise<Judged> {
  const { item } = judged;
  if (live === undefined || judged.action === 'skipped') return judged;
  const object = { ref: item.ref, live };
  const dispute = await context.cluster.claims.dispute('flux', context.claimant, object, context.signal);
  if (dispute === undefined) return judged;
  if (dispute.keeper === undefined) return { ...judged, share: { dispute, agrees: true } };
  return { item, action: 'skipped', share: { dispute, agrees: isAsWanted(item, live, context) } };
}

function isAsWanted(item: PlannedObject, live: KubernetesObject, context: StageContext): boolean {
  const bare = { ...item, desired: withoutOwnerMarks(item.desired) };
  return compare(bare, live, true, context).action === 'unchanged';
}

/** What of a stage is claimed by others, too. */
export function sharesOf(judged: readonly Judged[]): readonly Share[] {
  return judged.flatMap(({ share }) => (share === undefined ? [] : [share]));
}

/** Who may not read an object may be allowed to write it. */
function hiddenWrite(item: PlannedObject): PlannedWrite {
  return { item, action: 'configured', live: undefined, takeover: undefined, recreate: false, hidden: true, paths: [] };
}

/** Compares one object with its live state. */
export function judge(item: PlannedObject, live: KubernetesObject | undefined, context: StageContext): Judged {
  if (isSkipped(item.desired, live)) return { item, action: 'skipped' };
  if (live !== undefined && context.makers.makerOf(live) !== undefined) return { item, action: 'skipped' };
  if (live === undefined)
    return { item, action: 'created', live, takeover: undefined, recreate: false, hidden: false, paths: [] };
  const keep = [item.desired, live].some((object) => hasMark(object, 'ssa: Merge'));
  const rules = context.ignore === undefined ? keep : [keep, context.ignore.text];
  if (isKnownUnchanged(item, live, { keep, rules }, context)) return { item, action: 'unchanged' };
  const judged = compare(item, live, keep, context);
  if (judged.action === 'unchanged') context.confirmations.predicted(item.ref, item.desired, live, rules);
  return judged;
}

interface Mode {
  /** Whether what other managers have stays theirs. */
  readonly keep: boolean;
  /** All that decides besides the two objects. */
  readonly rules: JsonValue;
}

function isKnownUnchanged(
  { ref, desired }: PlannedObject,
  live: KubernetesObject,
  { keep, rules }: Mode,
  { confirmations, takeover }: StageContext,
): boolean {
  if (confirmations.holds(ref, desired, live) && (keep || planTakeover(live, takeover) === undefined)) return true;
  return confirmations.isPredicted(ref, desired, live, rules);
}

function compare(item: PlannedObject, live: KubernetesObject, keep: boolean, context: StageContext): Judged {
  const prediction = predict(item, live, keep, context);
  if (prediction.verdict === 'unchanged') return { item, action: 'unchanged' };
  if (prediction.verdict === 'create')
    return { item, action: 'created', live, takeover: undefined, recreate: false, hidden: false, paths: [] };
  const { takeover } = prediction;
  const kept = context.ignore?.keep({
    desired: item.desired,
    live: takeover?.object ?? live,
    // What cannot be told without the server is taken to become what Git has.
    predicted: prediction.verdict === 'update' ? prediction.predicted : overlaid(live, item.desired),
  });
  if (kept !== undefined && kept !== item.desired)
    return judge({ ...item, desired: kept }, live, { ...context, ignore: undefined });
  const paths = prediction.verdict === 'update' ? prediction.differences.map(({ path }) => path.join('.')) : [];
  return { item, action: 'configured', live, takeover, recreate: false, hidden: false, paths };
}

/** What Git has over what is there; lists as wholes. */
function overlaid(live: KubernetesObject, desired: KubernetesObject): KubernetesObject {
  const merged = applyMergePatch(live, desired);
  return isJsonObject(merged) ? { ...desired, ...merged } : desired;
}

function predict(item: PlannedObject, live: KubernetesObject | undefined, keep: boolean, context: StageContext) {
  const rules = {
    manager: KUSTOMIZE_CONTROLLER,
    types: item.rules?.types,
    isCustom: item.rules?.merge === undefined,
    hasStatus: item.rules?.hasStatus ?? false,
    now: new Date(context.now()),
    ...(keep ? {} : { takeover: context.takeover }),
  };
  try {
    return predictServerSide(item.desired, live, rules);
  } catch (error) {
    // What does not fit its schema is refused by the server, in its own words.
    if (!isCapstanError(error, 'SCHEMA_VIOLATION', 'OBJECT_INVALID')) throw error;
    return { verdict: 'unconfirmed', takeover: undefined } as const;
  }
}

/** Whether an object is to be written. */
export function isWrite(judged: Judged): judged is PlannedWrite {
  return judged.action === 'created' || judged.action === 'configured';
}
