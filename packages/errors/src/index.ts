export {
  CapstanError,
  isCapstanError,
  messageOf,
  retryPolicyOf,
  type ErrorData,
  type ErrorDetails,
} from './capstan-error.ts';
export { codes, type CodeEntry, type ErrorCode } from './codes.ts';
export type { RetryPolicy } from './policy.ts';
