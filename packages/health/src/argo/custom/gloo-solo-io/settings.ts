import { glooResource } from '../gloo-resource.ts';
import type { Check } from '../verdict.ts';

/** Health of a Settings of gloo.solo.io. */
export const settingsHealth: Check = glooResource;
