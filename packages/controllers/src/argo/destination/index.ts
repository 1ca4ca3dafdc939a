export { declaredCluster, type ClusterTrust, type Connection, type DeclaredCluster } from './cluster-secret.ts';
