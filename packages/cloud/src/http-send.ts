import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { CapstanError } from '@capstan/errors';
import { Agent, ProxyAgent, request } from 'undici';
import type { Send } from './cloud-ports.ts';

const TIMEOUT_MS = 10_000;
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

/** Sends over HTTP, each request on a connection of its own, which nothing outlives. */
export function httpSend({ proxy, ownMachine }: HttpSendOptions = {}): Send {
  return async ({ method, url, headers, body }, signal) => {
    const guard = ownMachine === 'refused' ? { lookup: elsewhere } : {};
    if (ownMachine === 'refused' && isOwn(hostOf(url))) throw ownRefused(url);
    const options = { maxResponseSize: MAX_ANSWER, connect: { timeout: TIMEOUT_MS, ...guard } };
    const dispatcher = proxy === undefined ? new Agent(options) : new ProxyAgent({ ...options, uri: proxy });
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const answer = await request(url, {
        method,
        dispatcher,
        headers: { 'user-agent': 'capstan', ...headers },
        ...(body === undefined ? {} : { body }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (error) {
      signal?.throwIfAborted();
      if (codeOf(error, timeout) === 'EOWNADDRESS') throw ownRefused(url);
      // An error of the library may quote what was sent: its code says enough.
      throw new CapstanError('CLOUD_UNREACHABLE', `${originOf(url)} cannot be reached (${codeOf(error, timeout)})`);
    } finally {
      await dispatcher.close().catch(() => undefined);
    }
  };
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
  return Object.assign(new Error('an address of this machine'), { code: 'EOWNADDRESS' });
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
