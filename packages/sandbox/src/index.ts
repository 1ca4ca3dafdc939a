export type { ClusterApi, Clock, ResourceName, Selection, WatchEvent, WriteOptions } from './cluster-api.ts';
export { ApiStatusError, type FieldError } from './registry/api-status-error.ts';
export {
  FAULT_ANNOTATION,
  ManualClock,
  METRIC_ANNOTATION,
  START_DELAY_ANNOTATION,
  startSimulation,
  type Simulation,
  type SimulationOptions,
} from './simulate/index.ts';
export { startSandbox, type Sandbox, type SandboxOptions } from './start.ts';
export { certificatesOf, type Certificates } from './certificates.ts';
