import type { Corpus, Environment } from '../corpus.ts';
import { recordedCorpora } from '../recorded/index.ts';
import { argoActions } from './argo-actions.ts';
import { argoDiff } from './argo-diff.ts';
import { argoHealthChecks } from './argo-health.ts';
import { argoHooksWaves } from './argo-hooks-waves.ts';
import { argoProject } from './argo-project.ts';
import { fluxEnvsubst } from './flux-envsubst.ts';
import { fluxKustomizeBuild } from './flux-kustomize-build.ts';
import { gitSignatures } from './git-signatures.ts';
import { goHealth } from './go-health.ts';
import { goYaml } from './go-yaml.ts';
import { kstatus } from './kstatus.ts';
import { kustomize, kustomizeExtra, kustomizeFuzz } from './kustomize.ts';
import { kustomizeUnits } from './kustomize-units.ts';
import { fluxSourceignore } from './flux-sourceignore.ts';
import { semver } from './semver.ts';
import { sops } from './sops.ts';
import { smdMerge } from './smd-merge.ts';
import { smdTyped } from './smd-typed.ts';

/** Every corpus that Capstan runs, one adapter a file, in the order of their names. */
export function corpora(environment: Environment): readonly Corpus[] {
  return [
    argoActions,
    argoDiff,
    argoHealthChecks,
    argoHooksWaves,
    argoProject,
    fluxEnvsubst,
    fluxKustomizeBuild,
    fluxSourceignore,
    gitSignatures,
    goHealth, //
    goYaml,
    kstatus,
    kustomize,
    kustomizeExtra,
    kustomizeFuzz,
    kustomizeUnits,
    ...recordedCorpora(environment),
    semver,
    smdMerge,
    smdTyped,
    sops,
  ];
}
