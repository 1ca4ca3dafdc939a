/** Argo CD's health codes, best first. `healthSeverity` is the one place that orders them. */
export const healthCodes = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown'] as const;

/** One of Argo CD's health codes. */
export type HealthCode = (typeof healthCodes)[number];

/** How an object is, by Argo CD's rules. */
export interface HealthStatus {
  readonly status: HealthCode;
  readonly message?: string;
}

/** Position in Argo CD's order from best (0) to worst: an app is as healthy as its worst resource. */
export function healthSeverity(code: HealthCode): number {
  return healthCodes.indexOf(code);
}

/** kstatus's verdict, which Flux uses. */
export type KstatusCode = 'InProgress' | 'Failed' | 'Current' | 'Terminating' | 'NotFound' | 'Unknown';

/** How an object is, by kstatus's rules. */
export interface Kstatus {
  readonly status: KstatusCode;
  readonly message: string;
}
