import type { HealthCode, HealthStatus } from '../health-status.ts';

/** A health status; an empty message is left out, as Argo CD leaves it out. */
export function verdict(status: HealthCode, message = ''): HealthStatus {
  return message === '' ? { status } : { status, message };
}
