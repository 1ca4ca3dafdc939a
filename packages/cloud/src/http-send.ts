import { lookup, type LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { CapstanError } from '@capstan/errors';
import type { Send, ServiceAnswer, ServiceRequest } from './cloud-ports.ts';

const TIMEOUT_MS = 10_000;
const USER_AGENT = 'capstan';
/** The code of an address that is not to be asked. */
const OWN_ADDRESS = 'EOWNADDRESS';
/** Longest answer that is read. */
const MAX_ANSWER = 1024 * 1024;

/** How requests are sent. */
export interface HttpSendOptions {
  readonly proxy?: string;
  /** Whether this machine and the link that it is on may be asked: not for an address that content names. */
  readonly ownMachine?: 'refused';
}

/** This machine itself, and its link, on which clouds answer for their machines. */
const own = new BlockList();
for (const [net, prefix, family] of [
  ['0.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'],
] as const)
  own.addSubnet(net, prefix, family);

/** Sends over HTTP, each request on a connection of its own, which nothing outlives; redirects are answers like others. */
export function httpSend({ proxy, ownMachine }: HttpSendOptions = {}): Send {
  return async (request, signal) => {
    if (ownMachine === 'refused' && isOwn(hostOf(request.url))) throw ownRefused(request.url);
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      if (proxy !== undefined) return await throughProxy(request, proxy, stop);
      return await direct(request, stop, ownMachine === 'refused' ? { lookup: elsewhere } : {});
    } catch (error) {
      signal?.throwIfAborted();
      const code = codeOf(error, timeout);
      if (code === OWN_ADDRESS) throw ownRefused(request.url);
      // An error of the library may quote what was sent: its code says enough.
      throw new CapstanError('CLOUD_UNREACHABLE', `${originOf(request.url)} cannot be reached (${code})`);
    }
  };
}

function direct(
  { method, url, headers, body }: ServiceRequest,
  signal: AbortSignal,
  options: { readonly lookup?: LookupFunction },
): Promise<ServiceAnswer> {
  const begin = url.startsWith('https:') ? requestHttps : requestHttp;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const all = { 'user-agent': USER_AGENT, ...length, ...headers };
  return new Promise((resolve, reject) => {
    const outgoing = begin(url, { method, headers: all, agent: false, signal, ...options }, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_ANSWER) outgoing.destroy(Object.assign(new Error('too long'), { code: 'an answer too long' }));
        else chunks.push(chunk);
      });
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function throughProxy(
  { method, url, headers, body }: ServiceRequest,
  proxy: string,
  signal: AbortSignal,
): Promise<ServiceAnswer> {
  // Loaded when a proxy is there: it weighs some MiB.
  const { ProxyAgent, request } = await import('undici');
  const dispatcher = new ProxyAgent({ uri: proxy, maxResponseSize: MAX_ANSWER });
  try {
    const all = { 'user-agent': USER_AGENT, ...headers };
    const sent = body === undefined ? {} : { body };
    const answer = await request(url, { method, dispatcher, headers: all, signal, ...sent });
    return { status: answer.statusCode, text: await answer.body.text() };
  } finally {
    await dispatcher.close().catch(() => undefined);
  }
}

/** Looks a name up, and gives none of its addresses where one of them is of this machine. */
const elsewhere: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    const addresses = error === null ? found : [];
    const refusal = addresses.some(({ address }) => isOwn(address)) ? ownAddress() : error;
    const [first] = addresses;
    if (refusal !== null || first === undefined) callback(refusal ?? ownAddress(), '', 0);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function ownAddress(): NodeJS.ErrnoException {
  return Object.assign(new Error('an address of this machine'), { code: OWN_ADDRESS });
}

function ownRefused(url: string): CapstanError<'CLOUD_REFUSED'> {
  return new CapstanError('CLOUD_REFUSED', `${originOf(url)} is not asked: it is an address of this machine`);
}

function isOwn(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && own.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'a service';
}

function codeOf(error: unknown, timeout: AbortSignal): string {
  if (timeout.aborted) return `no answer within ${TIMEOUT_MS / 1000} s`;
  const { code } = error instanceof Error ? (error as { readonly code?: unknown }) : {};
  return typeof code === 'string' ? code : 'the connection failed';
}
