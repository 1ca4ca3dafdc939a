export {
  healthCodes,
  healthSeverity,
  type HealthCode,
  type HealthStatus,
  type Kstatus,
  type KstatusCode,
} from './health-status.ts';
