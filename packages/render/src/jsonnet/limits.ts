/** Calls, fields and variables that may wait for each other: as in go-jsonnet. */
export const MAX_STACK = 500;
/** Expressions that may stand in each other in a source text. */
export const MAX_NESTING = 400;
/** Calls and evaluations of one program that is given no other number: some ten seconds. */
export const MAX_STEPS = 50_000_000;
/** UTF-16 units of one text. */
export const MAX_STRING_LENGTH = 64 * 1024 * 1024;
/** Elements of one array. */
export const MAX_ARRAY_LENGTH = 5_000_000;
/** Bytes that one program may put out, or write out as text at once, each value counted for some. */
export const MAX_OUTPUT = 16 * 1024 * 1024;
/** Arrays and objects that may lie in each other in what is put out. */
export const MAX_OUTPUT_DEPTH = 400;
