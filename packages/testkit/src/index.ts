export { createGitRepository, type CommitFile, type CommitOptions, type GitRepository } from './git-repository.ts';
export { createSigner, type Signer } from './signer.ts';
export { apiRequest, type ApiRequest } from './api-request.ts';
export { startFaultProxy, type FaultProxy, type RequestCount } from './fault-proxy.ts';
export type { Fault, FaultRule } from './fault-rules.ts';
export { createTestUser, type TestRule, type TestUser, type TestUserOptions } from './test-user.ts';
export { testCertificates } from './test-certificates.ts';
export { startTestSandbox } from './sandbox.ts';
export { startTestApi, type TestApi } from './test-api.ts';
