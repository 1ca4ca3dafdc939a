import { IgnoreRules, type IgnoreRule, type KnownTypeField, type RuleLanguages } from '@capstan/diff';
import { canonicalJson, digestJson, type GroupKind } from '@capstan/object';
import { hasAnnotationValue } from '../annotations.ts';
import { plain, type ApplicationView } from '../application.ts';
import { COMPARE_OPTIONS } from '../names.ts';
import type { ArgoSettings, IgnoredFields, KindCustomization } from '../settings/argo-settings.ts';

/** How the objects of an Application are compared: what its spec and the settings say. */
export interface CompareRules {
  /** Tells these rules from others. */
  readonly key: string;
  readonly ignore: IgnoreRules;
  /** Fields of a kind that hold Kubernetes' own types. */
  readonly knownTypes: (kind: GroupKind) => readonly KnownTypeField[];
  /** Whether the server is asked what an apply would make of an object. */
  readonly serverSideDiff: boolean;
  /** Whether what webhooks change on the way counts as a difference. */
  readonly mutations: 'hidden' | 'shown';
  readonly ignoreAggregatedRoles: boolean;
  readonly ignoreStatusOf: ArgoSettings['compare']['ignoreStatusOf'];
}

/** Argo CD's Rollouts hold a Pod, unless settings say otherwise about them. */
const ROLLOUT: GroupKind = { group: 'argoproj.io', kind: 'Rollout' };
const rolloutFields: readonly KnownTypeField[] = [{ field: 'spec.template.spec', type: 'core/v1/PodSpec' }];

/** The rules of one Application. Throws EXPRESSION_INVALID where a jq expression cannot be read. */
export function compareRulesOf(
  { object, spec }: ApplicationView,
  settings: ArgoSettings,
  languages: RuleLanguages,
): CompareRules {
  const { compare, customizations } = settings;
  const asked = hasAnnotationValue(object, COMPARE_OPTIONS, 'ServerSideDiff=true');
  const refused = hasAnnotationValue(object, COMPARE_OPTIONS, 'ServerSideDiff=false');
  const rules = {
    serverSideDiff: (compare.serverSideDiff || asked) && !refused,
    mutations: hasAnnotationValue(object, COMPARE_OPTIONS, 'IncludeMutationWebhook=true') ? 'shown' : 'hidden',
    ignoreAggregatedRoles: compare.ignoreAggregatedRoles,
    ignoreStatusOf: compare.ignoreStatusOf,
  } as const;
  const ignored = [...customizations.flatMap(ruleOfKind), ...ownRules(spec)];
  const fields = customizations.flatMap(({ group, kind, knownTypeFields }) =>
    knownTypeFields.map((field) => ({ group, kind, ...field })),
  );
  return {
    ...rules,
    key: digestJson(canonicalJson([{ ...rules }, ignored.map((rule) => ({ ...rule })), fields])),
    ignore: new IgnoreRules(ignored, languages),
    knownTypes: (of) => {
      const known = fields.filter(({ group, kind }) => group === of.group && kind === of.kind);
      if (known.length > 0) return known;
      return of.group === ROLLOUT.group && of.kind === ROLLOUT.kind ? rolloutFields : [];
    },
  };
}

function ownRules(spec: ApplicationView['spec']): readonly IgnoreRule[] {
  return (spec.ignoreDifferences ?? []).map((rule) => ({
    group: rule.group ?? '',
    kind: rule.kind,
    ...(rule.name === undefined ? {} : { name: rule.name }),
    ...(rule.namespace === undefined ? {} : { namespace: rule.namespace }),
    jsonPointers: rule.jsonPointers ?? [],
    jqPathExpressions: rule.jqPathExpressions ?? [],
    managers: rule.managedFieldsManagers ?? [],
  }));
}

// Pointers and expressions hold for every kind that the patterns match; managers only for a kind by its name, or for all.
function ruleOfKind({ group, kind, ignoreDifferences }: KindCustomization): readonly IgnoreRule[] {
  if (ignoreDifferences === undefined) return [];
  const rule = ruleOf(group, kind, ignoreDifferences);
  const isPattern = /[*?[{]/.test(`${group}${kind}`) && !(group === '*' && kind === '*');
  return [isPattern ? { ...rule, managers: [] } : rule];
}

function ruleOf(group: string, kind: string, fields: IgnoredFields): IgnoreRule {
  return {
    group,
    kind,
    jsonPointers: fields.jsonPointers,
    jqPathExpressions: fields.jqPathExpressions,
    managers: fields.managedFieldsManagers,
  };
}

const MAX_RULES = 10_000;

/** The rules of Applications, compiled once for each wording of them. */
export class CompareRuleBook {
  readonly #languages: RuleLanguages;
  #settings: ArgoSettings | undefined;
  readonly #rules = new Map<string, CompareRules>();

  constructor(languages: RuleLanguages) {
    this.#languages = languages;
  }

  /** Throws EXPRESSION_INVALID. */
  of(application: ApplicationView, settings: ArgoSettings): CompareRules {
    if (this.#settings !== settings) this.#rules.clear();
    this.#settings = settings;
    const wording = canonicalJson([
      (application.spec.ignoreDifferences ?? []).map(plain),
      application.object.metadata['annotations'] === undefined ? '' : compareOptions(application),
    ]);
    const known = this.#rules.get(wording);
    if (known !== undefined) return known;
    const rules = compareRulesOf(application, settings, this.#languages);
    this.#rules.set(wording, rules);
    if (this.#rules.size > MAX_RULES) {
      const [oldest] = this.#rules.keys();
      if (oldest !== undefined) this.#rules.delete(oldest);
    }
    return rules;
  }
}

function compareOptions({ object }: ApplicationView): string {
  return ['ServerSideDiff=true', 'ServerSideDiff=false', 'IncludeMutationWebhook=true']
    .filter((option) => hasAnnotationValue(object, COMPARE_OPTIONS, option))
    .join();
}
