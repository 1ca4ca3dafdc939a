import { entries, get, peek } from '../value.ts';
import { healthy, progressing, type Check } from '../verdict.ts';

const waiting = progressing('Waiting for Cassandra Cluster');

/** Health of a Rook Cassandra Cluster: every rack has its members ready. */
export const clusterHealth: Check = (object) => {
  const racks = peek(object, 'status', 'racks');
  if (racks === undefined) return waiting;
  const isShort = entries(racks).some(([, rack]) => {
    const [members, readyMembers] = [get(rack, 'members'), get(rack, 'readyMembers')];
    return members !== undefined && readyMembers !== undefined && members !== readyMembers;
  });
  return isShort ? waiting : healthy();
};
