export { followApps, type AppChange, type AppFeed } from './app-feed.ts';
export { listenForArtifacts } from './artifact-listener.ts';
export { listenForDebug } from './debug-listener.ts';
export { listenForHooks } from './hook-listener.ts';
export type { Inspection } from './inspection.ts';
export { listen, type ListenAddress, type Listener } from './listener.ts';
export { listenForMetrics } from './metrics-listener.ts';
export { listenForPeople } from './page-listener.ts';
