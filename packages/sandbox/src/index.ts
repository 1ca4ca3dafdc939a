export type { ClusterApi, Clock, ResourceName, Selection, WatchEvent, WriteOptions } from './cluster-api.ts';
export { ApiStatusError, type FieldError } from './registry/api-status-error.ts';
export { startSandbox, type Sandbox, type SandboxOptions } from './start.ts';
export { certificatesOf, type Certificates } from './certificates.ts';
