export { ContentCache } from './content-cache.ts';
export { createPool, Pool, type PoolOptions, type RunOptions } from './pool.ts';
export { answerTree, remoteTree } from './remote-tree.ts';
export { serveTasks, type TaskContext, type TaskHandler } from './serve-tasks.ts';
