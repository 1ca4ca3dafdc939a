export { toStatusCause, type FieldError, type FieldErrorType } from './problems.ts';
export { validate } from './validation-for.ts';
