import { startArgo, startFlux } from '@capstan/controllers';
import type { Corpus, Environment } from '../corpus.ts';
import { adoptedCorpus } from './adopted-corpus.ts';
import { recordedCorpus } from './recorded-corpus.ts';
import type { StartControllers } from './stage.ts';

/** The recorded scenarios of upstream's controllers, a corpus a folder; and what they left behind, taken over. */
export function recordedCorpora(environment: Environment): readonly Corpus[] {
  return [
    adoptedCorpus(environment, 'argo-applications', argo),
    adoptedCorpus(environment, 'flux-kustomizations', flux),
    recordedCorpus(environment, 'argo-applications', argo),
    recordedCorpus(environment, 'flux-kustomizations', flux),
  ];
}

const flux: StartControllers = async (engine, queues) => {
  const controllers = startFlux(engine, queues);
  await Promise.all([controllers.gitRepositories.started, controllers.kustomizations.started]);
  return controllers;
};

const argo: StartControllers = async (engine, queues) => {
  const controllers = startArgo(engine, queues);
  await controllers.applications.started;
  return controllers;
};
