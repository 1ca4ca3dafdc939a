import type { Targets } from '../compare/targets.ts';
import type { DestinationAddress } from './destination-cluster.ts';

/**
 * Why objects cannot be kept on a cluster that is confined to some namespaces, in Argo CD's words; undefined where they
 * can.
 */
export function outsideScope(
  { namespaces, clusterResources }: Pick<DestinationAddress, 'namespaces' | 'clusterResources'>,
  targets: Pick<Targets, 'resources' | 'hooks'> | undefined,
): string | undefined {
  if (namespaces.length === 0 || targets === undefined) return undefined;
  for (const { ref } of [...targets.resources, ...targets.hooks]) {
    const name = JSON.stringify(ref.name);
    if (ref.namespace === '' && !clusterResources)
      return `cluster level ${ref.kind} ${name} can not be managed when in namespaced mode`;
    if (ref.namespace !== '' && !namespaces.includes(ref.namespace))
      return `namespace ${JSON.stringify(ref.namespace)} for ${ref.kind} ${name} is not managed`;
  }
  return undefined;
}
