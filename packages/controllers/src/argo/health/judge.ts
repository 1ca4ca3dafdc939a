import { isCapstanError } from '@capstan/errors';
import { runHealthScript } from '@capstan/expressions';
import { matchesGlob } from '@capstan/expressions/glob';
import { builtInHealth, pendingDeletionHealth, type HealthStatus } from '@capstan/health';
import { gvkOf, type KubernetesObject } from '@capstan/object';
import type { KindCustomization } from '../settings/argo-settings.ts';

/**
 * Most steps of a script on one object. It runs beside everything else, so it may take some milliseconds at most; the
 * longest of upstream's own scripts takes some thousand steps (docs/adr/0009).
 */
const MAX_STEPS = 50_000;

/** Verdicts that are kept. */
const MAX_KEPT = 50_000;

/** How an object is; undefined where nothing judges its kind. */
export type Judge = (object: KubernetesObject) => HealthStatus | undefined;

/**
 * Judges objects as Argo CD does: one that is being deleted is Progressing; then a script that an operator gives for the
 * kind decides, also when it decides nothing; then the built-in check. A script that fails makes the object Unknown, with
 * the reason. Verdicts are kept by script, object and version, so that a script runs once a change. Source:
 * argoproj/argo-cd util/lua/lua.go GetHealthScript, gitops-engine/pkg/health.
 */
export class HealthJudge {
  private readonly customizations: () => readonly KindCustomization[];
  private readonly now: () => number;
  private readonly kept = new Map<string, { readonly script: string; readonly verdict: HealthStatus | undefined }>();

  /** `now` is the time in milliseconds. */
  constructor(customizations: () => readonly KindCustomization[], now: () => number) {
    this.customizations = customizations;
    this.now = now;
  }

  readonly judge: Judge = (object) => {
    const custom = scriptFor(this.customizations(), object);
    if (custom?.healthScript === undefined) return pendingDeletionHealth(object) ?? builtInHealth(object);
    return pendingDeletionHealth(object) ?? this.scripted(custom.healthScript, custom.useOpenLibs, object);
  };

  private scripted(script: string, openLibs: boolean, object: KubernetesObject): HealthStatus | undefined {
    const { uid, resourceVersion } = object.metadata;
    const hasVersion = typeof uid === 'string' && typeof resourceVersion === 'string';
    const key = hasVersion ? `${uid}/${resourceVersion}/${openLibs}` : undefined;
    const known = key === undefined ? undefined : this.kept.get(key);
    if (known?.script === script) return known.verdict;
    const verdict = this.run(script, openLibs, object);
    if (key !== undefined) {
      if (this.kept.size >= MAX_KEPT) this.kept.clear();
      this.kept.set(key, { script, verdict });
    }
    return verdict;
  }

  private run(script: string, openLibs: boolean, object: KubernetesObject): HealthStatus | undefined {
    try {
      return runHealthScript(script, object, { openLibs, nowSeconds: this.now() / 1000, maxSteps: MAX_STEPS });
    } catch (error) {
      if (!isCapstanError(error, 'EXPRESSION_INVALID', 'EXPRESSION_FAILED', 'EXPRESSION_TOO_EXPENSIVE')) throw error;
      return { status: 'Unknown', message: error.message };
    }
  }
}

/** The script of the very kind; else the first one, in the order of their names, whose pattern matches it. */
function scriptFor(
  customizations: readonly KindCustomization[],
  object: KubernetesObject,
): KindCustomization | undefined {
  const { group, kind } = gvkOf(object);
  const scripted = customizations.filter(({ healthScript }) => healthScript !== undefined && healthScript !== '');
  if (scripted.length === 0) return undefined;
  const exact = scripted.find((entry) => entry.group === group && entry.kind === kind);
  if (exact !== undefined) return exact;
  const nameOf = (entry: { readonly group: string; readonly kind: string }): string =>
    entry.group === '' ? entry.kind : `${entry.group}/${entry.kind}`;
  const name = nameOf({ group, kind });
  return scripted.find((entry) => matchesGlob(nameOf(entry), name));
}
