export { listen, listenForArtifacts, type ListenAddress, type Listener } from './artifact-listener.ts';
