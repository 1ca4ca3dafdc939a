import { conditionsOf, lastOfType, matches } from '../conditions.ts';
import { get } from '../value.ts';
import { degraded, healthy, progressing, unknown, type Check } from '../verdict.ts';

/** Health of a DNSSDServiceInstance of Proclaim: adopted, advertised and then discovered. */
export const dnssdServiceInstanceHealth: Check = (object) => {
  const conditions = conditionsOf(object) ?? [];
  const last = (type: string) => lastOfType(conditions, type) ?? { status: 'Unknown' };
  const [adopted, advertised, discovered] = [last('Adopted'), last('Advertised'), last('Discoverable')];
  if (get(adopted, 'status') === 'False') return degraded(get(adopted, 'message'));
  if (matches(advertised, { reason: ['AdvertiseError', 'UnadvertiseError'] })) {
    return degraded(get(advertised, 'message'));
  }
  const message = get(discovered, 'message');
  if (get(discovered, 'reason') === 'DiscoveryError') return unknown(message);
  return get(discovered, 'status') === 'True' ? healthy(message) : progressing(message);
};
