import { firstCondition, when } from '../conditions.ts';
import { unknown, type Check } from '../verdict.ts';

/** A part of a RabbitMQ topology, called `name` in its messages: created or updated, or not. */
export function rabbitmqTopology(name: string): Check {
  const failed = `RabbitMQ ${name} failed to be created or updated`;
  return firstCondition(
    [
      when({ type: 'Ready', status: 'True', reason: 'SuccessfulCreateOrUpdate' }, 'Healthy', `RabbitMQ ${name} ready`),
      when({ type: 'Ready', status: 'False', reason: 'FailedCreateOrUpdate' }, 'Degraded', failed),
    ],
    unknown(`RabbitMQ ${name} status is unknown`),
  );
}
