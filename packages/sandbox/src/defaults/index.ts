export { defaultsFor } from './defaults-for.ts';
export { pullPolicyOf } from './container.ts';
