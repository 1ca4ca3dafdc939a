import { fluxSource, unlessSuspended } from '../flux-reconciliation.ts';
import { get } from '../value.ts';
import { healthy, type Check } from '../verdict.ts';

/** Health of a HelmRepository of Flux: as its other sources, but one of type `oci` is never reconciled. */
export const helmRepositoryHealth: Check = unlessSuspended((object) =>
  get(object, 'spec', 'type') === 'oci'
    ? healthy("Helm repositories of type 'oci' do not contain any information in the status.")
    : fluxSource(object),
);
