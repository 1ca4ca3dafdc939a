import { createServer } from 'node:http';
import { artifactHandler, type ArtifactStore } from '@capstan/source';
import { listen, type ListenAddress, type Listener } from './listener.ts';

/** Serves artifacts over HTTP, as source-controller does. Throws SERVER_LISTEN_FAILED. */
export async function listenForArtifacts(store: ArtifactStore, address: ListenAddress): Promise<Listener> {
  return listen(createServer(artifactHandler(store)), address);
}
