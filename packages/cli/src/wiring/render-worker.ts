// The program of a render worker: renders what the parent asks for, over a tree whose content stands in the parent.
import { CapstanError } from '@capstan/errors';
import { ContentCache, remoteTree, serveTasks } from '@capstan/pool';
import { DEFAULT_RENDER_LIMITS, render } from '@capstan/render';
import { fetchFromKnown, RemotesNeeded, type NeededRemotes } from './known-remotes.ts';
import { renderTask } from './render-task.ts';

const cache = new ContentCache();

serveTasks(async (input, context) => {
  const task = renderTask(input);
  if (task === undefined)
    throw new CapstanError('POOL_CRASHED', 'a render worker was given something that is no render');
  const { digest, request, start, remotes } = task;
  const ask = (question: unknown): Promise<unknown> => context.request(question);
  const fetch = remotes === undefined ? undefined : fetchFromKnown(remotes, ask, cache);
  try {
    return await render(remoteTree(digest, ask, cache, start), request, DEFAULT_RENDER_LIMITS, fetch);
  } catch (error) {
    if (!(error instanceof RemotesNeeded)) throw error;
    return { needs: error.requests } satisfies NeededRemotes;
  }
});
