/** A path below /api or /apis, taken apart. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly resource: string;
  readonly name: string | undefined;
  readonly subresource: string;
}

/**
 * Takes a resource's path apart: `/apis/apps/v1/namespaces/shop/deployments/web/scale`. Undefined for a path that
 * is none, such as a group's discovery.
 */
export function parseResourcePath(segments: readonly string[]): ResourcePath | undefined {
  const legacy = segments[0] === 'api';
  const group = legacy ? '' : (segments[1] ?? '');
  const version = segments[legacy ? 1 : 2];
  const rest = segments.slice(legacy ? 2 : 3);
  if (version === undefined || rest.length === 0 || (segments[0] !== 'api' && segments[0] !== 'apis')) return undefined;
  const base = { group, version };
  const [first = '', second, third, ...more] = rest;
  const isNamespaceItself = third === undefined || (legacy && (third === 'status' || third === 'finalize'));
  if (first === 'namespaces' && second !== undefined && !(isNamespaceItself && more.length === 0)) {
    const [name, ...subresource] = more;
    return { ...base, namespace: second, resource: third ?? '', name, subresource: subresource.join('/') };
  }
  const subresource = [third, ...more].filter((segment) => segment !== undefined).join('/');
  return { ...base, namespace: undefined, resource: first, name: second, subresource };
}

/** A path's segments, decoded; undefined when one of them is not valid percent-encoding. */
export function pathSegments(pathname: string): readonly string[] | undefined {
  try {
    return pathname
      .split('/')
      .filter((segment) => segment !== '')
      .map((segment) => decodeURIComponent(segment));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
