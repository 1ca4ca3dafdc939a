/** A request to a Kubernetes API, told apart as the API server's audit log does. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'other';
  readonly group: string;
  readonly version: string;
  /** The plural; '' for paths that are no resources, such as discovery. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly userAgent: string;
}

const VERBS: Readonly<Record<string, ApiRequest['verb']>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Reads what a request is out of its method, URL and user agent. */
export function apiRequest(method: string, url: string, userAgent: string): ApiRequest {
  const parsed = new URL(url, 'http://unused');
  const parts = parsed.pathname.split('/').filter((part) => part !== '');
  const place = placeOf(parts.map(decodeURIComponent));
  const watches = ['true', '1'].includes(parsed.searchParams.get('watch') ?? '');
  return { method, url, userAgent, ...place, verb: verbOf(method, place, watches) };
}

type Place = Pick<ApiRequest, 'group' | 'version' | 'resource' | 'subresource' | 'namespace' | 'name'>;

function placeOf(parts: readonly string[]): Place {
  const core = parts[0] === 'api';
  const [group = '', version = ''] = core ? ['', parts[1]] : parts[0] === 'apis' ? [parts[1], parts[2]] : [];
  const rest = parts.slice(core ? 2 : 3);
  // `finalize` and `status` are the subresources of a namespace itself.
  const inside = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'finalize' && rest[2] !== 'status';
  const [resource = '', name = '', ...sub] = version === '' ? [] : inside ? rest.slice(2) : rest;
  return { group, version, resource, name, subresource: sub.join('/'), namespace: inside ? (rest[1] ?? '') : '' };
}

function verbOf(method: string, place: Place, watches: boolean): ApiRequest['verb'] {
  if (place.resource === '') return 'other';
  if (method === 'GET' && watches) return 'watch';
  if (method === 'GET' && place.name === '') return 'list';
  if (method === 'DELETE' && place.name === '') return 'deletecollection';
  return VERBS[method] ?? 'other';
}
