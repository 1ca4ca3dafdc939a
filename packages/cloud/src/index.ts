export { askForJson, textIn } from './ask-service.ts';
export { assumeRole } from './aws/assume-role.ts';
export type { AwsCredentials } from './aws/aws-credentials.ts';
export { awsEndpoint, type AwsService } from './aws/aws-endpoint.ts';
export { signAwsRequest } from './aws/sign-request.ts';
export type { AzureApplication } from './azure/azure-token.ts';
export {
  systemCloudPorts,
  throughProxy,
  type CloudPorts,
  type Send,
  type ServiceAnswer,
  type ServiceRequest,
} from './cloud-ports.ts';
export { CloudTokens } from './cloud-tokens.ts';
export {
  clusterPlace,
  clusterProvider,
  clusterToken,
  type ClusterDescription,
  type ClusterPlace,
  type ClusterProvider,
} from './cluster-access.ts';
export { ExpiringCache } from './expiring-cache.ts';
export { gitAccess, type GitAccess } from './git-access.ts';
export { parseGoogleCredentials, type GoogleCredentials } from './google/google-token.ts';
export { httpSend, type HttpSendOptions } from './http-send.ts';
export {
  claimsOf,
  identityKey,
  type AccessToken,
  type CloudIdentity,
  type ServiceAccountIdentity,
} from './identity.ts';
