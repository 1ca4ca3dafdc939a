export type { ClusterApi, Clock, ResourceName, Selection, WatchEvent, WriteOptions } from './cluster-api.ts';
