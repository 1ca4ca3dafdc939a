import type { GroupChecks } from '../verdict.ts';
import { gameServerHealth } from './game-server.ts';
import { gameServerSetHealth } from './game-server-set.ts';

/** The health checks of game.kruise.io. */
export const gameKruiseIoChecks: GroupChecks = {
  group: 'game.kruise.io',
  kinds: {
    GameServer: gameServerHealth,
    GameServerSet: gameServerSetHealth,
  },
};
