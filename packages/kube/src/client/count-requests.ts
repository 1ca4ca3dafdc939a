import type { Transport, WireRequest } from './transport.ts';

/** Requests of one kind that have been sent to an API server, retries included. */
export interface RequestCount {
  /** As the API server's audit log says; `other` for paths that are no resources, such as discovery. */
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'other';
  readonly group: string;
  /** The plural; '' for paths that are no resources. */
  readonly resource: string;
  readonly subresource: string;
  readonly count: number;
}

/** A transport that counts what it sends. */
export interface CountedTransport extends Transport {
  requests(): readonly RequestCount[];
}

type What = Omit<RequestCount, 'count'>;

/** Kinds of requests that are told apart; more are counted as one, for a path may hold what a user wrote. */
const MAX_KINDS = 2_000;
const REST: What = { verb: 'other', group: '', resource: '', subresource: '' };

/** Counts the requests of a transport by verb and resource. */
export function countRequests(transport: Transport): CountedTransport {
  const counts = new Map<string, { readonly what: What; count: number }>();
  const count = (request: WireRequest, watches: boolean): void => {
    const what = whatOf(request, watches);
    const key = `${what.verb} ${what.group}/${what.resource}/${what.subresource}`;
    const known = counts.get(key);
    if (known !== undefined) known.count += 1;
    else if (counts.size < MAX_KINDS) counts.set(key, { what, count: 1 });
    else counts.set('', { what: REST, count: (counts.get('')?.count ?? 0) + 1 });
  };
  return {
    call: (request) => {
      count(request, false);
      return transport.call(request);
    },
    watch: (request) => {
      count(request, true);
      return transport.watch(request);
    },
    close: () => transport.close(),
    requests: () => [...counts.values()].map(({ what, count: times }) => ({ ...what, count: times })),
  };
}

const verbs = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;

function whatOf({ method, path }: WireRequest, watches: boolean): What {
  const query = path.indexOf('?');
  const [root, ...parts] = (query < 0 ? path : path.slice(0, query)).split('/').filter((part) => part !== '');
  const group = root === 'apis' ? (parts.shift() ?? '') : '';
  const hasVersion = (root === 'api' || root === 'apis') && parts.shift() !== undefined;
  if (!hasVersion || parts.length === 0) return REST;
  // `finalize` and `status` are subresources of a namespace itself.
  if (parts[0] === 'namespaces' && parts.length > 2 && parts[2] !== 'finalize' && parts[2] !== 'status')
    parts.splice(0, 2);
  const [resource = '', name, ...sub] = parts;
  const ofMany = name === undefined;
  const verb = watches
    ? 'watch'
    : ofMany && method === 'GET'
      ? 'list'
      : ofMany && method === 'DELETE'
        ? 'deletecollection'
        : verbs[method];
  return { verb, group, resource, subresource: sub.join('/') };
}
