import { getPath, gvkOf, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { annotation } from '../annotations.ts';
import { ARGO } from '../names.ts';

// The links that Argo CD shows of an Application. Source: argoproj/argo-cd controller/cache/info.go.

const LINK_PREFIX = `link.${ARGO}/`;
const IGNORE_DEFAULT_LINKS = `${ARGO}/ignore-default-links`;
/** What Go's ParseBool takes for true. */
const trueWords = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/** Links that annotations of an Application give, whatever they are. */
export function linksOf(application: KubernetesObject): readonly string[] {
  return linkAnnotations(application);
}

/** Where an object can be reached from outside: links of its annotations, hosts of an Ingress, listeners of a Gateway. */
export function externalUrlsOf(object: KubernetesObject): readonly string[] {
  const links = linkAnnotations(object).filter((link) => isLink(link.slice(link.indexOf('|') + 1)));
  if (trueWords.has(annotation(object, IGNORE_DEFAULT_LINKS) ?? '')) return links;
  const { group, kind } = gvkOf(object);
  if ((group === 'networking.k8s.io' || group === 'extensions') && kind === 'Ingress')
    return [...links, ...ingressUrls(object)];
  if (group === 'gateway.networking.k8s.io' && kind === 'Gateway') return [...links, ...gatewayUrls(object)];
  return links;
}

function linkAnnotations(object: KubernetesObject): readonly string[] {
  const annotations = getPath(object.metadata, 'annotations');
  if (!isJsonObject(annotations)) return [];
  return Object.entries(annotations).flatMap(([key, value]) =>
    key.startsWith(LINK_PREFIX) && typeof value === 'string' ? [value] : [],
  );
}

// An empty one is as good as any, as upstream.
function isLink(url: string): boolean {
  return url === '' || /^https?:/i.test(url);
}

function ingressUrls(ingress: KubernetesObject): readonly string[] {
  const address = members(ingress, 'status', 'loadBalancer', 'ingress')
    .map((entry) => text(entry, 'hostname') || text(entry, 'ip'))
    .find((found) => found !== '');
  const tls = members(ingress, 'spec', 'tls');
  const found = new Set<string>();
  for (const rule of members(ingress, 'spec', 'rules')) {
    const host = text(rule, 'host') || (address ?? '');
    if (host === '') continue;
    const isSecure = tls.some((line) => line['secretName'] !== undefined || text(line, 'host') === host);
    for (const path of members(rule, 'http', 'paths'))
      found.add(`${isSecure ? 'https' : 'http'}://${host}${text(path, 'path').replace(/\*$/, '')}`);
  }
  return [...found];
}

function gatewayUrls(gateway: KubernetesObject): readonly string[] {
  const addresses = members(gateway, 'status', 'addresses').flatMap((address) => {
    const type = text(address, 'type');
    const value = text(address, 'value');
    return value !== '' && (type === '' || type === 'Hostname' || type === 'IPAddress') ? [value] : [];
  });
  const found = new Set<string>();
  for (const listener of members(gateway, 'spec', 'listeners')) {
    const hostname = text(listener, 'hostname');
    const protocol = text(listener, 'protocol');
    const scheme = protocol === 'HTTPS' || protocol === 'TLS' ? 'https' : 'http';
    const port = Number(listener['port'] ?? 0);
    const place = port === (scheme === 'http' ? 80 : 443) ? '' : `:${port}`;
    for (const host of hostname !== '' && hostname !== '*' ? [hostname] : addresses)
      found.add(`${scheme}://${host}${place}`);
  }
  return [...found];
}

function members(object: JsonObject, ...path: readonly string[]): readonly JsonObject[] {
  const list = getPath(object, ...path);
  return Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
}

function text(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}
