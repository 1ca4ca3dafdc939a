import { conditionsInTurn, on } from '../conditions.ts';
import { onceObserved } from '../generation.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a NodeClaim of karpenter.sh. */
export const nodeClaimHealth: Check = onceObserved(
  progressing('Waiting for NodeClaim spec to be reconciled'),
  conditionsInTurn(
    [
      [on('Disrupting', 'True', 'Suspended')],
      [on('Ready', 'True', 'Healthy'), on('Ready', 'False', 'Degraded')],
      [on('Initialized', 'True', 'Progressing', 'Node initialized, waiting for Ready')],
      [on('Registered', 'True', 'Progressing', 'Node registered, waiting for initialization')],
      [on('Launched', 'True', 'Progressing', 'Node launched, waiting for registration')],
    ],
    progressing('Waiting for NodeClaim to be launched'),
  ),
);
