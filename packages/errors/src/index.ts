export {
  CapstanError,
  isCapstanError,
  messageOf,
  retryPolicyOf,
  type ErrorData,
  type ErrorDetails,
} from './capstan-error.ts';
export type { CodeEntry } from './code-entry.ts';
export { codes, type ErrorCode } from './codes.ts';
export type { RetryPolicy } from './policy.ts';
