import { binary, json } from './json.ts';
import { dotenv } from './dotenv.ts';
import type { Format, Store } from './format.ts';
import { ini } from './ini.ts';
import { yaml } from './yaml.ts';

/** Every format's store. */
export const stores: Readonly<Record<Format, Store>> = { binary, dotenv, ini, json, yaml };
