import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { CapstanError, messageOf } from '@capstan/errors';

/** Addresses that content must never lead to: this machine's, its link's, groups', and where clouds tell their secrets. */
const own = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['224.0.0.0', 3],
] as const)
  own.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  own.addSubnet(network, bits, 'ipv6');
for (const address of ['100.100.100.200', '168.63.129.16']) own.addAddress(address, 'ipv4');
own.addAddress('fd00:ec2::254', 'ipv6');

/** Whether an address is one that a server elsewhere cannot have. Private networks are none: Git servers stand there. */
export function isOwnAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  return own.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Tells where something that content names may be fetched from. */
export type AllowsAddress = (address: string) => boolean;

/**
 * The address of a host, all of whose addresses are allowed. Throws REMOTE_NOT_ALLOWED where one is not, REMOTE_FAILED for
 * a host that has none.
 */
export async function allowedAddress(host: string, allows: AllowsAddress): Promise<string> {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(name) === 0 ? await addressesOf(name) : [name];
  const [first] = found;
  if (first === undefined) throw new CapstanError('REMOTE_FAILED', `the host ${name} has no address`);
  if (!found.every(allows)) throw notAllowedHost(name);
  return first;
}

/** The error for a host that nothing may be fetched from. */
export function notAllowedHost(host: string): CapstanError<'REMOTE_NOT_ALLOWED'> {
  return new CapstanError(
    'REMOTE_NOT_ALLOWED',
    `nothing is fetched from ${host}: its address is of this machine, of its link or of a cloud's own services`,
    { data: { host } },
  );
}

async function addressesOf(name: string): Promise<readonly string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch (cause) {
    throw new CapstanError('REMOTE_FAILED', `the host ${name} cannot be found: ${messageOf(cause)}`, { cause });
  }
}
