import type { CodeEntry } from './code-entry.ts';
import { applyCodes } from './codes/apply.ts';
import { cliCodes } from './codes/cli.ts';
import { cloudCodes } from './codes/cloud.ts';
import { controllerCodes } from './codes/controllers.ts';
import { decryptCodes } from './codes/decrypt.ts';
import { diffCodes } from './codes/diff.ts';
import { expressionCodes } from './codes/expressions.ts';
import { healthCodes } from './codes/health.ts';
import { kubeCodes } from './codes/kube.ts';
import { objectCodes } from './codes/object.ts';
import { poolCodes } from './codes/pool.ts';
import { renderCodes } from './codes/render.ts';
import { sandboxCodes } from './codes/sandbox.ts';
import { serverCodes } from './codes/server.ts';
import { sourceCodes } from './codes/source.ts';
import { treeCodes } from './codes/tree.ts';
import { yamlCodes } from './codes/yaml.ts';

/** Every code that Capstan can report, by package in flow order. `docs/errors.md` is held in step by a test. */
export const codes = {
  ...objectCodes,
  ...yamlCodes,
  ...expressionCodes,
  ...treeCodes,
  ...decryptCodes,
  ...sandboxCodes,
  ...kubeCodes,
  ...cloudCodes,
  ...sourceCodes,
  ...poolCodes,
  ...renderCodes,
  ...diffCodes,
  ...healthCodes,
  ...applyCodes,
  ...controllerCodes,
  ...serverCodes,
  ...cliCodes,
} as const satisfies Record<string, CodeEntry>;

/** A catalogued error code. */
export type ErrorCode = keyof typeof codes;
