import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { CapstanError } from '@capstan/errors';

/** How long the repository is left alone after the first sign of a push to its folder: git moves several files. */
const SETTLE_MS = 120;
const NOTICE_TIMEOUT_MS = 5_000;

/** Tells of pushes that come by the folder rather than over HTTP. Returns what ends that. */
export function watchPushes(repositories: string, onPush: (repository: string) => void): () => void {
  const due = new Map<string, NodeJS.Timeout>();
  const watcher = watch(repositories, { recursive: true }, (_, file) => {
    const [repository = '', ...rest] = (file ?? '').split(/[\\/]/);
    const isReference = (rest[0] === 'refs' && !rest.includes('tmp')) || rest[0] === 'packed-refs';
    if (!isReference || due.has(repository) || !existsSync(join(repositories, repository, 'HEAD'))) return;
    const timer = setTimeout(() => {
      due.delete(repository);
      onPush(repository);
    }, SETTLE_MS);
    due.set(repository, timer);
  });
  return () => {
    watcher.close();
    for (const timer of due.values()) clearTimeout(timer);
  };
}

/** Has the controllers look at a repository at once. Throws UP_FAILED. */
export async function sendPushNotice(webhooksUrl: string, repositoryUrl: string): Promise<void> {
  const answer = await fetch(`${webhooksUrl}/hook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ repository: repositoryUrl }),
    signal: AbortSignal.timeout(NOTICE_TIMEOUT_MS),
  });
  if (!answer.ok) throw new CapstanError('UP_FAILED', `the webhook listener answered ${answer.status}`);
}
