// The program of a render worker: renders what the parent asks for, over a tree whose content stands in the parent.
import { CapstanError } from '@capstan/errors';
import { ContentCache, remoteTree, serveTasks } from '@capstan/pool';
import { render } from '@capstan/render';
import { renderTask } from './render-task.ts';

const cache = new ContentCache();

serveTasks(async (input, context) => {
  const task = renderTask(input);
  if (task === undefined)
    throw new CapstanError('POOL_CRASHED', 'a render worker was given something that is no render');
  return render(
    remoteTree(task.digest, (question) => context.request(question), cache),
    task.request,
  );
});
