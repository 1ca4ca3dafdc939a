import { selectedName } from '../registry/selectors.ts';

/** A wish to do something with a resource. */
export interface ResourceWish {
  readonly isResource: true;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A wish for a path that is no resource. */
export interface PathWish {
  readonly isResource: false;
  readonly verb: string;
  readonly path: string;
}

/** What somebody wants to do, as authorization judges it. */
export type Wish = ResourceWish | PathWish;

/** A request, as far as its wish shows in it. */
export interface WishfulRequest {
  readonly method: string;
  /** The decoded path. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Verbs that stand in the path, which is a form of old. */
const SPECIAL_VERBS = new Set(['proxy', 'watch']);

/** What stands behind a namespace and yet belongs to the namespace itself. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/**
 * What a request wants, by its method and path alone: whether there is such a resource is asked only afterwards. The
 * rules are those of `RequestInfoFactory` in k8s.io/apiserver.
 */
export function wishOf(request: WishfulRequest): Wish {
  const { method, path, segments, query } = request;
  const [prefix = ''] = segments;
  const isGroupless = prefix === 'api';
  if (segments.length < (isGroupless ? 3 : 4) || (!isGroupless && prefix !== 'apis')) {
    return { isResource: false, verb: method.toLowerCase(), path };
  }
  const group = isGroupless ? '' : (segments[1] ?? '');
  const rest = segments.slice(isGroupless ? 2 : 3);
  const special = SPECIAL_VERBS.has(rest[0] ?? '') ? rest.shift() : undefined;
  let namespace = '';
  let parts: readonly string[] = rest;
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1] ?? '';
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2] ?? '')) parts = rest.slice(2);
  }
  const [resource = '', name = '', third = ''] = parts;
  const subresource = special === 'proxy' ? '' : third;
  const verb = special ?? VERBS[method] ?? '';
  const wish: ResourceWish = { isResource: true, verb, group, resource, subresource, namespace, name };
  return name === '' ? ofMany(wish, query) : wish;
}

/** Without a name, a read is of many; a selector may name the one after all. */
function ofMany(wish: ResourceWish, query: URLSearchParams): ResourceWish {
  if (wish.verb === 'delete') return { ...wish, verb: 'deletecollection' };
  if (wish.verb !== 'get') return wish;
  const watching = query.get('watch');
  const verb = watching === null || watching === 'false' || watching === '0' ? 'list' : 'watch';
  return { ...wish, verb, name: nameIn(query.get('fieldSelector') ?? '') };
}

function nameIn(selector: string): string {
  for (const term of selector.split(',')) {
    const name = selectedName(term.trim());
    if (name !== undefined && !/[/%]/.test(name) && name !== '.' && name !== '..') return name;
  }
  return '';
}
