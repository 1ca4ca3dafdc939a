import { relative } from 'node:path';

/** Where things are, as `up` tells it. */
export interface Whereabouts {
  readonly url: string;
  readonly kubeconfig: string;
  readonly repository: string;
}

/** What a person reads when everything runs: where it is, and what to try. */
export function welcome(where: Whereabouts): string {
  const kubeconfig = shortest(where.kubeconfig);
  return `
Capstan is running.

  Page         ${where.url}
  Kubeconfig   ${kubeconfig}
  Repository   ${where.repository}

What to try next, in another terminal:

  1. Let a commit reach the cluster
       git clone ${where.repository} /tmp/mono-repo && cd /tmp/mono-repo
       sed -i.bak 's/count: 2/count: 4/' overlays/staging/kustomization.yaml
       git commit -am 'Scale staging' && git push
  2. Change the cluster by hand, and see it healed
       kubectl --kubeconfig ${kubeconfig} -n production scale deployment my-app --replicas 9
  3. Delete a file, and see it pruned
       git rm base/service.yaml && sed -i.bak '/service.yaml/d' base/kustomization.yaml
       git commit -am 'Drop the service' && git push
  4. Roll back
       git revert --no-edit HEAD && git push
  5. Look
       ./capstan get                    every app, with sync and health
       ./capstan tree staging           what it is made of
       ./capstan why production         what stands in the way, if anything

Ctrl-C stops it. The state stays; the next start goes on where this one ended.
`;
}

function shortest(path: string): string {
  const near = relative(process.cwd(), path);
  return near !== '' && !near.startsWith('..') ? near : path;
}
