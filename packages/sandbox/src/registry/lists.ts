import type { Selection } from '../cluster-api.ts';
import type { Stored } from '../store/collection.ts';
import { badRequest, expired, invalid, revisionTooLarge } from './api-status-error.ts';
import { collectionOf, type Cluster } from './cluster.ts';
import { isJsonObject } from '@capstan/object';
import { parseJson } from '../json.ts';
import type { Resource } from './resource.ts';
import { fieldMatcher, labelMatcher, selectedName, type Matcher } from './selectors.ts';

/** A list request's parameters. */
export interface ListRequest extends Selection {
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
}

/** One page. */
export interface ListPage {
  readonly items: readonly Stored[];
  readonly resourceVersion: string;
  readonly continue: string | undefined;
  readonly remaining: number | undefined;
}

const CONTINUE_EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter.';

/**
 * Lists the objects of a resource at one revision.
 * @throws ApiStatusError 400, 410, 504
 */
export function listPage(cluster: Cluster, resource: Resource, request: ListRequest): ListPage {
  checkVersionMatch(request);
  const token = request.continue === undefined || request.continue === '' ? undefined : readToken(request.continue);
  const revision = token?.revision ?? wantedRevision(cluster, request);
  const all = objectsAt(cluster, resource, request, revision, token !== undefined);
  const selects = matcherOf(resource, request);
  const rest = token === undefined ? all : all.filter((stored) => stored.key > token.after);
  const limit = request.limit === undefined || request.limit <= 0 ? undefined : request.limit;
  const items: Stored[] = [];
  let seen = 0;
  for (const stored of rest) {
    if (limit !== undefined && items.length >= limit) break;
    seen++;
    if (selects === undefined || selects(resource.fromStorage(stored.object))) items.push(stored);
  }
  const left = rest.length - seen;
  const last = items.at(-1);
  return {
    items,
    resourceVersion: String(revision),
    continue: left > 0 && last !== undefined ? writeToken({ revision, after: last.key }) : undefined,
    remaining: left > 0 && selects === undefined ? left : undefined,
  };
}

/** The matcher of a selection; undefined when it selects everything. */
export function matcherOf(resource: Resource, selection: Selection): Matcher | undefined {
  const byLabel = labelMatcher(selection.labelSelector);
  const byField = fieldMatcher(selection.fieldSelector, resource);
  if (byLabel === undefined || byField === undefined) return byLabel ?? byField;
  return (object) => byLabel(object) && byField(object);
}

function objectsAt(
  cluster: Cluster,
  resource: Resource,
  request: ListRequest,
  revision: number,
  paging: boolean,
): readonly Stored[] {
  const collection = collectionOf(cluster, resource);
  const namespace = resource.namespaced ? request.namespace : undefined;
  const name = selectedName(request.fieldSelector);
  if (name !== undefined && revision === cluster.store.revision && (namespace !== undefined || !resource.namespaced)) {
    const stored = collection.get(`${namespace ?? ''}/${name}`);
    return stored === undefined ? [] : [stored];
  }
  const found = collection.listAt(revision, namespace);
  if (found === undefined) throw expired(paging ? CONTINUE_EXPIRED : tooOld(revision, collection.historyFrom));
  return found;
}

function tooOld(wanted: number, from: number): string {
  return `The resourceVersion for the provided list is too old. (${wanted} < ${from})`;
}

function wantedRevision(cluster: Cluster, request: ListRequest): number {
  const current = cluster.store.revision;
  if (request.resourceVersion === undefined || request.resourceVersion === '') return current;
  const wanted = parseRevision(request.resourceVersion);
  if (wanted > current) throw revisionTooLarge(wanted, current);
  return request.resourceVersionMatch === 'Exact' ? wanted : current;
}

/**
 * A resourceVersion as a number.
 * @throws ApiStatusError 400
 */
export function parseRevision(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const quoted = JSON.stringify(text);
  throw badRequest(
    `invalid resource version: resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`,
  );
}

function checkVersionMatch(request: ListRequest): void {
  const { resourceVersionMatch: match, resourceVersion } = request;
  if (match === undefined || match === '') return;
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    throw unsupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']);
  }
  if (request.continue !== undefined && request.continue !== '') {
    throw optionForbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');
  }
  if (resourceVersion === undefined || resourceVersion === '') {
    throw optionForbidden(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden unless resourceVersion is provided',
    );
  }
  if (match === 'Exact' && resourceVersion === '0') {
    throw optionForbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
}

const LIST_OPTIONS = { group: 'meta.k8s.io', kind: 'ListOptions' };

/** 422 for an option that may not be given here. */
export function optionForbidden(field: string, why: string) {
  return invalid(LIST_OPTIONS, '', [{ reason: 'FieldValueForbidden', field, message: `Forbidden: ${why}` }]);
}

function unsupported(field: string, value: string, allowed: readonly string[]) {
  const list = allowed.map((entry) => JSON.stringify(entry)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return invalid(LIST_OPTIONS, '', [{ reason: 'FieldValueNotSupported', field, message }]);
}

interface Token {
  readonly revision: number;
  readonly after: string;
}

function writeToken(token: Token): string {
  const text = JSON.stringify({ v: 'capstan/v1', rv: token.revision, start: token.after });
  return Buffer.from(text).toString('base64url');
}

function readToken(text: string): Token {
  try {
    const value = parseJson(Buffer.from(text, 'base64url').toString('utf8'));
    if (isJsonObject(value) && typeof value['rv'] === 'number' && typeof value['start'] === 'string') {
      return { revision: value['rv'], after: value['start'] };
    }
  } catch (error) {
    throw badRequest(
      `invalid continue token: continue key is not valid: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
  throw badRequest('invalid continue token: continue key is not valid: it was not made by this server');
}
