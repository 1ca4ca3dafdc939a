export { defaultsFor } from './defaults-for.ts';
export { pullPolicyOf } from './container.ts';
export { prepareForCreate, type Creation } from './on-create.ts';
export { allocateServiceAddresses, heldBy, type TakenAddresses } from './service-addresses.ts';
