/** In which form an answer is wanted. */
export type Shape =
  { readonly as: 'object' } | { readonly as: 'table' } | { readonly as: 'metadata' } | { readonly as: 'discovery' };

/** The first form in an Accept header that this server has; undefined when there is none (406). */
export function acceptedShape(header: string | undefined): Shape | undefined {
  if (header === undefined || header.trim() === '') return { as: 'object' };
  for (const entry of header.split(',')) {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim());
    if (!isJson(type)) continue;
    const as = parameter(parameters, 'as');
    if (as === undefined || as === '') return { as: 'object' };
    const group = parameter(parameters, 'g');
    const version = parameter(parameters, 'v');
    if (group === 'meta.k8s.io' && version === 'v1') {
      if (as === 'Table') return { as: 'table' };
      if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { as: 'metadata' };
    }
    if (group === 'apidiscovery.k8s.io' && version === 'v2' && as === 'APIGroupDiscoveryList') {
      return { as: 'discovery' };
    }
  }
  return undefined;
}

function isJson(type: string): boolean {
  return type === 'application/json' || type === '*/*' || type === 'application/*' || type === 'application/yaml';
}

function parameter(parameters: readonly string[], name: string): string | undefined {
  return parameters.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}
