import type { Source } from '../application.ts';

/** Names and values that the options of a source may refer to. */
export type BuildEnvironment = ReadonlyMap<string, string>;

/** What a build environment is made of. */
export interface BuildFacts {
  /** The Application's name; with its namespace before it where that is not the control namespace. */
  readonly name: string;
  /** The destination's namespace. */
  readonly namespace: string;
  readonly project: string;
  /** The commit. */
  readonly revision: string;
}

/** Argo CD's build environment of a source at a commit. Source: argoproj/argo-cd reposerver `newEnv`. */
export function buildEnvironment(source: Source, { name, namespace, project, revision }: BuildFacts): BuildEnvironment {
  return new Map([
    ['ARGOCD_APP_NAME', name],
    ['ARGOCD_APP_NAMESPACE', namespace],
    ['ARGOCD_APP_PROJECT_NAME', project],
    ['ARGOCD_APP_REVISION', revision],
    ['ARGOCD_APP_REVISION_SHORT', revision.slice(0, 7)],
    ['ARGOCD_APP_REVISION_SHORT_8', revision.slice(0, 8)],
    ['ARGOCD_APP_SOURCE_REPO_URL', source.repoURL],
    ['ARGOCD_APP_SOURCE_PATH', source.path ?? ''],
    ['ARGOCD_APP_SOURCE_TARGET_REVISION', source.targetRevision ?? ''],
  ]);
}

/**
 * Replaces `$NAME` and `${NAME}` as Go's `os.Expand` finds them; what is not known becomes nothing, `$$` a dollar. A
 * dollar before anything else stays, `${}` and a brace that is never closed go.
 */
export function substitute(text: string, environment: BuildEnvironment): string {
  let out = '';
  let at = 0;
  let lastBrace = text.lastIndexOf('}');
  for (;;) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0 || dollar + 1 >= text.length) return out + text.slice(at);
    out += text.slice(at, dollar);
    const { name, end } = reference(text, dollar + 1, lastBrace);
    if (name === undefined) out += end === dollar + 1 ? '$' : '';
    else out += name === '$' ? '$' : (environment.get(name) ?? '');
    at = end;
    // An open brace without an end is told once, not looked for again and again.
    if (at > lastBrace) lastBrace = -1;
  }
}

const SIGNS = '*#$@!?-0123456789';

/** The name after a dollar, and where what stands for it ends; no name where there is none or it is not closed. */
function reference(text: string, start: number, lastBrace: number): { readonly name?: string; readonly end: number } {
  const first = text[start] ?? '';
  if (first === '{') {
    const sign = text[start + 1] ?? '';
    if (sign !== '' && SIGNS.includes(sign) && text[start + 2] === '}') return { name: sign, end: start + 3 };
    const close = start < lastBrace ? text.indexOf('}', start) : -1;
    if (close < 0) return { end: start + 1 };
    return close === start + 1 ? { end: close + 1 } : { name: text.slice(start + 1, close), end: close + 1 };
  }
  if (SIGNS.includes(first)) return { name: first, end: start + 1 };
  const word = /[A-Za-z0-9_]*/y;
  word.lastIndex = start;
  const name = word.exec(text)?.[0] ?? '';
  return name === '' ? { end: start } : { name, end: start + name.length };
}
