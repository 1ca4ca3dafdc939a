export { ContentCache } from './content-cache.ts';
export { fromFailure, toFailure, type Failure } from './failure.ts';
export { headStart, type HeadStart } from './head-start.ts';
export { createPool, Pool, type PoolOptions, type RunOptions } from './pool.ts';
export { aboutTree, answerTree, remoteTree } from './remote-tree.ts';
export { serveTasks, type TaskContext, type TaskHandler } from './serve-tasks.ts';
