import { isCapstanError } from '@capstan/errors';
import { applyJsonPatch, isJsonObject, type JsonObject, type JsonValue, type ObjectRef } from '@capstan/object';

/** Which fields of which objects are no difference. `group` and `kind` are glob patterns; an absent name is any. */
export interface IgnoreRule {
  readonly group: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly jsonPointers: readonly string[];
  readonly jqPathExpressions: readonly string[];
  /** Fields that these managers have changed are theirs. */
  readonly managers: readonly string[];
}

/** Takes what a path expression names out of a document. Throws where the expression fails on it. */
export type Deletion = (document: JsonValue) => JsonValue;

/** What compiling rules needs: the languages that they are written in. */
export interface RuleLanguages {
  /** `del(expression)` in jq. Throws where the expression cannot be read. */
  readonly deletion: (expression: string) => Deletion;
  readonly matches: (pattern: string, text: string) => boolean;
}

/** What is ignored on one object. */
export interface IgnoredFields {
  readonly deletions: readonly Deletion[];
  readonly managers: readonly string[];
}

interface CompiledRule extends IgnoredFields {
  readonly rule: IgnoreRule;
}

/**
 * Rules about fields that are no difference, ready to be asked about objects. All rules that match an object hold
 * together. Source: argoproj/argo-cd util/argo/normalizers, util/argo/diff.
 */
export class IgnoreRules {
  readonly #rules: readonly CompiledRule[];
  readonly #matches: RuleLanguages['matches'];

  /** Throws where an expression cannot be read. */
  constructor(rules: readonly IgnoreRule[], languages: RuleLanguages) {
    this.#matches = languages.matches;
    this.#rules = rules.map((rule) => ({
      rule,
      deletions: [
        ...rule.jsonPointers.map((pointer) => pointed(pointer)),
        ...rule.jqPathExpressions.map((expression) => languages.deletion(expression)),
      ],
      managers: rule.managers,
    }));
  }

  /** What is ignored on an object; undefined where nothing is. */
  of(ref: ObjectRef): IgnoredFields | undefined {
    const matching = this.#rules.filter(({ rule }) => this.#applies(rule, ref));
    if (matching.length === 0) return undefined;
    return {
      deletions: matching.flatMap(({ deletions }) => deletions),
      managers: [...new Set(matching.flatMap(({ managers }) => managers))],
    };
  }

  #applies(rule: IgnoreRule, ref: ObjectRef): boolean {
    return (
      this.#matches(rule.group, ref.group) &&
      this.#matches(rule.kind, ref.kind) &&
      ((rule.name ?? '') === '' || rule.name === ref.name) &&
      ((rule.namespace ?? '') === '' || rule.namespace === ref.namespace)
    );
  }
}

function pointed(pointer: string): Deletion {
  const patch = [{ op: 'remove', path: pointer }];
  return (document) => applyJsonPatch(document, patch);
}

/** A document without what is ignored of it. A deletion that fails on it, because nothing is there, changes nothing. */
export function withoutFields(document: JsonObject, deletions: readonly Deletion[]): JsonObject {
  let left = document;
  for (const deletion of deletions) {
    try {
      const result = deletion(left);
      if (isJsonObject(result)) left = result;
    } catch (error) {
      if (!isCapstanError(error, 'PATCH_INVALID', 'EXPRESSION_FAILED')) throw error;
    }
  }
  return left;
}
