import { defaultFluxOptions, startArgo, startFlux } from '@capstan/controllers';
import type { Corpus, Environment } from '../corpus.ts';
import { adoptedCorpus } from './adopted-corpus.ts';
import { recordedCorpus } from './recorded-corpus.ts';
import { returnedCorpus } from './returned-corpus.ts';
import type { StartControllers } from './stage.ts';

/** The recorded scenarios of upstream's controllers, a corpus a folder; and what they left behind, taken over. */
export function recordedCorpora(environment: Environment): readonly Corpus[] {
  return [
    adoptedCorpus(environment, 'argo-applications', argo),
    adoptedCorpus(environment, 'flux-kustomizations', flux),
    returnedCorpus(environment, 'argo-applications', argo),
    returnedCorpus(environment, 'flux-kustomizations', flux),
    recordedCorpus(environment, 'argo-applications', argo),
    recordedCorpus(environment, 'flux-kustomizations', flux),
  ];
}

/** The label by which the recordings chose a second controller, whose gate for strict substitutions is off. */
const SHARD = 'sharding.fluxcd.io/key';

const flux: StartControllers = async (engine, queues) => {
  const shards = [
    startFlux(engine, queues, { ...defaultFluxOptions, watchLabelSelector: `${SHARD}!=lenient` }),
    startFlux(engine, queues, {
      ...defaultFluxOptions,
      strictSubstitutions: false,
      watchLabelSelector: `${SHARD}=lenient`,
    }),
  ];
  await Promise.all(
    shards.flatMap(({ gitRepositories, kustomizations }) => [gitRepositories.started, kustomizations.started]),
  );
  return {
    close: async () => {
      await Promise.all(shards.map((shard) => shard.close()));
    },
  };
};

const argo: StartControllers = async (engine, queues) => {
  const controllers = startArgo(engine, queues);
  await controllers.applications.started;
  return controllers;
};
