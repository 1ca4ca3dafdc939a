import { flushCompileCache } from 'node:module';

/**
 * Writes what has been compiled so far to the cache that `NODE_COMPILE_CACHE` names, so that render workers, which may
 * only read, find it. Without that variable nothing happens.
 */
export function keepCompiledCode(): void {
  flushCompileCache();
}
