/**
 * What a controller does after a failure of a code. It belongs to the code, never to a message's text.
 *
 * - `transient`: try again with back-off; nobody has to act (a dropped connection, a 429).
 * - `waiting`: something else has to happen first; wake on its event, do not poll (a dependency, a missing source).
 * - `stalled`: only a change of the resource or of what it reads can help (a bad spec, a denied kind).
 */
export type RetryPolicy = 'transient' | 'waiting' | 'stalled';
